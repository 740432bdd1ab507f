/** A child process. Its line to the pool is a pipe of its own, so that what tasks print goes where ours goes. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { getCompileCacheDir } from 'node:module'
import { Duplex } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { type Child, type ChildListeners, entryOf } from './child.ts'
import { onLines } from './line-socket.ts'

const ENTRY = entryOf('./process-main.ts', './pool-process.js')

/**
 * A child that computes cannot notice that its parent is gone. Linux can end it then, which Node has no call for and
 * util-linux has. Elsewhere children notice when they next wait.
 */
let guard: readonly string[] | null = null

function guardOf(): readonly string[] {
  guard ??= findGuard()
  return guard
}

function findGuard(): readonly string[] {
  const path = ['/usr/bin/setpriv', '/bin/setpriv'].find((one) => existsSync(one))
  if (process.platform !== 'linux' || path === undefined) return []
  const command = [path, '--pdeathsig', 'KILL', '--']
  const tried = spawnSync(path, ['--pdeathsig', 'KILL', '--', '/bin/true'], { stdio: 'ignore', timeout: 1_000 })
  return tried.status === 0 ? command : []
}

/** Loaders and limits of memory are the children's too; a debugger's port and a profile's file are not. */
const INHERITED =
  /^--(import=|require=|conditions=|max-|stack-|enable-source-maps|no-warnings|disable-warning=|env-file)/

export function startProcess({ onLine, onExit }: ChildListeners): Child {
  const cache = getCompileCacheDir()
  const [command = process.execPath, ...args] = [
    ...guardOf(),
    process.execPath,
    ...process.execArgv.filter((option) => INHERITED.test(option)),
    fileURLToPath(ENTRY),
  ]
  const child = spawn(command, args, {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
    env: cache === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: cache },
  })
  let ended = false
  const end = (code: number | null, signal: string | null) => {
    if (ended) return
    ended = true
    onExit(code, signal)
  }
  const line = child.stdio[3]
  if (line instanceof Duplex) {
    onLines(line, onLine)
    line.on('error', () => {}) // it ended while we wrote: `exit` tells
  }
  // `close` comes when the pipe is read to its end: what a child said last is not lost.
  child.on('close', end)
  child.on('exit', (code, signal) => {
    if (signal !== null) return end(code, signal)
    // A grandchild may hold the pipe open.
    setTimeout(() => end(code, signal), 200).unref()
  })
  child.on('error', (error) => {
    if (child.pid === undefined) end(null, error.message)
  })
  return {
    pid: child.pid ?? -1,
    send(text) {
      if (!ended && line instanceof Duplex && line.writable) line.write(`${text}\n`)
    },
    kill: (signum) => void child.kill(signum),
    disconnect() {
      if (line instanceof Duplex) line.destroy()
    },
  }
}
