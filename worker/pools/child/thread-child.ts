/** A child in a thread of this process: it starts faster than a process and shares its memory limit. */
import { Worker } from 'node:worker_threads'
import { type Child, type ChildListeners, entryOf } from './child.ts'

const ENTRY = entryOf('./thread-main.ts', './pool-thread.js')

export function startThread({ onLine, onExit }: ChildListeners): Child {
  const thread = new Worker(ENTRY, { execArgv: [], name: 'umbel pool' })
  let error: unknown = null
  let killed: string | null = null
  thread.on('message', onLine)
  thread.on('error', (thrown) => {
    error = thrown // its own report comes by a line where it could still be sent
  })
  thread.on('exit', (code) => onExit(code, killed ?? (isOutOfMemory(error) ? 'out of memory' : null)))
  return {
    pid: process.pid,
    send: (line) => thread.postMessage(line),
    kill(signum) {
      killed = String(signum)
      void thread.terminate()
    },
    disconnect: () => void thread.terminate(),
  }
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
}
