/** The program of a child process. Its end of the line to the pool is file descriptor 3. */
import { Socket } from 'node:net'
import { onLines } from './line-socket.ts'
import { serve } from './serve.ts'

const line = new Socket({ fd: 3 })
const serving = serve(
  {
    send: (text) => void line.write(`${text}\n`),
    memoryKb: () => Math.ceil(process.memoryUsage.rss() / 1024),
    exit: (code) => void line.end(() => process.exit(code)),
  },
  process.pid,
)

// The keyboard's Ctrl-C reaches the whole group of processes; what it means is for the worker to say.
process.on('SIGINT', () => {})
process.on('SIGUSR1', () => serving.onSoftSignal())
process.on('uncaughtException', (error) => serving.onUncaught(error))
process.on('unhandledRejection', (error) => serving.onUncaught(error))

onLines(line, (text) => serving.onLine(text))
// The worker is gone: nobody would hear of what is done here any more.
line.on('close', () => process.exit(0))
line.on('error', () => process.exit(0))
