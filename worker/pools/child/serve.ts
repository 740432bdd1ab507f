/**
 * The inside of a child: loads the app, runs the jobs that the pool sends, one after the other, and says how they
 * ended. What is to be stored or announced goes to the pool; what a body sends or asks goes by connections of the
 * child's own, which the app opens when they are first needed.
 */
import type { Celery } from '../../../lib/client/celery.ts'
import { loadApp } from '../../../lib/client/load-app.ts'
import { loadIncluded } from '../../../lib/client/load-included.ts'
import { messageOf } from '../../../lib/errors.ts'
import { softLimitReason } from '../stop-reason.ts'
import { createRunner, type Runner } from './runner.ts'
import { type Boot, type FromChild, readLine, type ToChild, writeLine } from './wire.ts'

export interface ServePort {
  send(line: string): void
  memoryKb(): number
  /** Ends this child when all that was sent is on its way. */
  exit(code: number): void
}

/** What a child does with a line from its pool, and with what no body has caught. */
export interface Serving {
  onLine(line: string): void
  /** SIGUSR1: as the soft time limit. */
  onSoftSignal(): void
  onUncaught(error: unknown): void
}

export function serve(port: ServePort, pid: number): Serving {
  let app: Celery | null = null
  let runner: Runner | null = null
  let sender = ''
  const send = (message: FromChild) => port.send(writeLine(message))

  async function boot({ appPath, conf, hostname, watchesMemory }: Boot): Promise<void> {
    try {
      app = await loadApp(appPath)
      app.override(conf) // above the environment, which is the same here
      await loadIncluded(app)
      sender = hostname
      await app.signals.workerProcessInit.send({ sender })
      runner = createRunner({ app, hostname, send, memoryKb: watchesMemory ? () => port.memoryKb() : null })
      send(['ready'])
    } catch (error) {
      send(['failed', messageOf(error)])
      port.exit(1)
    }
  }

  async function leave(): Promise<void> {
    try {
      await app?.signals.workerProcessShutdown.send({ sender, pid, exitcode: 0 })
      await app?.close()
    } finally {
      port.exit(0)
    }
  }

  function follow(message: ToChild): void {
    switch (message[0]) {
      case 'boot':
        void boot(message[1])
        return
      case 'job':
        runner?.start(message[1], message[2], message[3])
        return
      case 'soft':
        runner?.stop(message[1], softLimitReason())
        return
      case 'hooks':
        runner?.runHooks(message[1], message[2])
        return
      case 'answer':
        runner?.answer(message[1], message[2])
        return
      case 'exit':
        void leave()
    }
  }

  return {
    onLine: (line) => follow(readLine<ToChild>(line)),
    onSoftSignal: () => runner?.stop(null, softLimitReason()),
    /** It may have left anything half done: the task that runs fails with it, and the child is replaced. */
    onUncaught(error) {
      if (runner?.fail(error) === true) return
      send(['log', 'error', `a child of the pool ends because of an error that nothing caught: ${messageOf(error)}`])
      port.exit(1)
    },
  }
}
