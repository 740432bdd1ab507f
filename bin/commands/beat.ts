/** `umbel beat`: sends tasks at their times until a signal. */
import { join } from 'node:path'
import { startBeat } from '../../worker/beat/beat.ts'
import { type Environment, optionValues, readArguments } from '../options/parse-options.ts'
import { beatOptions } from '../options/worker-options.ts'
import { openAppLinks } from './app-links.ts'
import { createCommandRuntime } from './command-runtime.ts'
import { aborted, endSignals } from './end-signals.ts'

export async function beatCommand(argv: readonly string[], environment: Environment): Promise<number> {
  const given = readArguments(beatOptions, argv)
  const options = optionValues(beatOptions, given, environment, null)
  const runtime = createCommandRuntime(options)
  for (const warning of given.warnings) runtime.log.warning(warning)
  const { app, broker, close } = await openAppLinks({ ...options, result_backend: 'disabled' }, runtime)
  const end = endSignals((name) => runtime.log.info(`${name}: stopping`))
  try {
    // Beat keeps time also while the broker is away; what fell due then is sent once it is back.
    broker.open().catch(() => {})
    const statePath = options.schedule ?? join(process.cwd(), 'umbel-beat.json')
    const beat = await startBeat({ app, broker, runtime, statePath })
    await aborted(end.signal)
    await beat.stop()
  } finally {
    await close()
    end.dispose()
  }
  return 0
}
