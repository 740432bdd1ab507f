/** `umbel worker`: runs tasks until a signal. The first one is a warm stop, the second a cold one, the third the end. */
import { join } from 'node:path'
import { messageOf } from '../../lib/errors.ts'
import type { Beat } from '../../worker/beat/beat.ts'
import { startWorker, type Worker } from '../../worker/worker.ts'
import { type Environment, optionValues, readArguments } from '../options/parse-options.ts'
import { workerOptions } from '../options/worker-options.ts'
import { openAppLinks } from './app-links.ts'
import { createCommandRuntime } from './command-runtime.ts'
import { exitCodeOfSignal, onSignals } from './end-signals.ts'

export async function workerCommand(argv: readonly string[], environment: Environment): Promise<number> {
  const given = readArguments(workerOptions, argv)
  const options = optionValues(workerOptions, given, environment, null)
  const runtime = createCommandRuntime(options)
  for (const warning of given.warnings) runtime.log.warning(warning)
  const { app, broker, results, close } = await openAppLinks(options, runtime)

  let worker: Worker | null = null
  let beat: Beat | null = null
  let signals = 0
  const gone = Promise.withResolvers<void>()
  const dispose = onSignals(['SIGINT', 'SIGTERM'], (name) => {
    signals += 1
    if (signals > 2 || worker === null) process.exit(exitCodeOfSignal(name))
    runtime.log.info(signals === 1 ? `${name}: Warm shutdown` : `${name}: Cold shutdown`)
    worker.stop(signals === 1 ? 'warm' : 'cold').then(gone.resolve, gone.reject)
  })
  try {
    await broker.open()
    results?.open().catch((error: unknown) => runtime.log.debug('Results were closed', { reason: messageOf(error) }))
    const { hostname, queues, concurrency, task_events: taskEvents } = options
    worker = await startWorker({
      app,
      broker,
      results,
      runtime,
      ...(hostname === null ? {} : { hostname: hostname.includes('@') ? hostname : `${hostname}@%h` }),
      ...(queues.length === 0 ? {} : { queues }),
      ...(concurrency === 0 ? {} : { concurrency }),
      ...(taskEvents ? { taskEvents } : {}),
    })
    if (options.beat) {
      const { startBeat } = await import('../../worker/beat/beat.ts')
      const statePath = options.schedule ?? join(process.cwd(), 'umbel-beat.json')
      beat = await startBeat({ app, broker, runtime, statePath })
    }
    await Promise.race([gone.promise, worker.ended])
  } finally {
    await beat?.stop()
    await close()
    dispose()
  }
  return 0
}
