/** `umbel beat`: sends tasks at their times until a signal (client-cli.md B3). */
import { hostname as hostName } from 'node:os'
import { startBeat } from '../../worker/beat/beat.ts'
import { nodeName } from '../../worker/node-name.ts'
import { type Environment, optionValues, readArguments } from '../options/parse-options.ts'
import { beatOptions } from '../options/worker-options.ts'
import { openAppLinks } from './app-links.ts'
import { beatBanner } from './beat-banner.ts'
import { openBeatStore } from './beat-store.ts'
import { enterWorkdir } from './client-links.ts'
import { aborted, endSignals } from './end-signals.ts'
import { configure } from './worker-process/config-words.ts'
import { nodeFormat } from './worker-process/node-format.ts'
import { openProcess } from './worker-process/process.ts'

export async function beatCommand(argv: readonly string[], environment: Environment): Promise<number> {
  const given = readArguments(beatOptions, argv, { words: true })
  const options = optionValues(beatOptions, given, environment, null)
  enterWorkdir(options)
  const hostname = nodeName(options.hostname ?? 'celerybeat@%h', hostName())
  const daemon = await openProcess('beat', argv, options, (path) => nodeFormat(path, hostname))
  if (daemon === null) return 0
  const { runtime } = daemon
  for (const warning of given.warnings) runtime.log.warning(warning)
  const { app, broker, close } = await openAppLinks({ ...options, result_backend: 'disabled' }, runtime)
  const end = endSignals((name) => runtime.log.info(`${name}: stopping`))
  // A program that forked it, as the demo does, takes it along, in whatever way it ends itself.
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  try {
    configure(app, given.words, 'beat')
    if (options.max_interval !== null) app.conf.beat_max_loop_interval = options.max_interval
    if (options.enable_remote_control) app.conf.beat_enable_remote_control = true
    if (options.no_enable_remote_control) app.conf.beat_enable_remote_control = false
    daemon.takePidFile()
    const { scheduler, schedule, broker: brokerUrl } = options
    const store = await openBeatStore({ app, scheduler, schedule, brokerUrl, broker, runtime })
    if (!options.quiet) {
      const banner = beatBanner({
        ...{ nowMs: runtime.clock.nowMs(), broker: broker.url, loader: options.app, store },
        ...{ logfile: options.logfile, loglevel: options.loglevel },
        maxIntervalSeconds: app.compiled.beatMaxIntervalMs / 1000,
        remoteControl: app.conf.beat_enable_remote_control ? hostname : null,
      })
      process.stdout.write(banner)
    }
    // Beat keeps time also while the broker is away; what fell due then is sent once it is back.
    broker.open().catch(() => {})
    const beat = await startBeat({ app, broker, runtime, store, hostname })
    await aborted(end.signal)
    await beat.stop()
  } finally {
    await close()
    end.dispose()
    daemon.close()
  }
  return 0
}
