/** The program of a child thread. */
import { getHeapStatistics } from 'node:v8'
import { parentPort } from 'node:worker_threads'
import { serve } from './serve.ts'

const serving = serve(
  {
    send: (text) => parentPort?.postMessage(text),
    memoryKb() {
      const { used_heap_size: used, external_memory: external } = getHeapStatistics()
      return Math.ceil((used + external) / 1024)
    },
    // Messages that were posted before the end of a thread are delivered.
    exit: (code) => process.exit(code),
  },
  process.pid,
)

process.on('uncaughtException', (error) => serving.onUncaught(error))
process.on('unhandledRejection', (error) => serving.onUncaught(error))
parentPort?.on('message', (text: string) => serving.onLine(text))
