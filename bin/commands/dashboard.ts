/** `umbel`: the dashboard as a command. Reads what it is told, opens broker and results, runs until a signal. */
import { openBroker } from '../../lib/broker/open-broker.ts'
import { messageOf } from '../../lib/errors.ts'
import { type AlertConfig, parseAlertConfig } from '../../lib/monitor/alerts/alert-config.ts'
import { type ConfigFile, readConfigFile } from '../options/config-file.ts'
import { type DashboardOptions, dashboardOptions } from '../options/dashboard-options.ts'
import { FLAG_WORDS } from '../options/option.ts'
import { type Environment, earlyValue, optionValues, readArguments } from '../options/parse-options.ts'
import { outliveOutput } from './closed-output.ts'
import { createCommandRuntime } from './command-runtime.ts'
import { dashboardResults } from './dashboard-results.ts'
import { openDataDir } from './data-dir.ts'
import { type Embedded, loadEmbedded } from './embedded.ts'
import { aborted, endSignals } from './end-signals.ts'
import { scheduleSources } from './schedule-sources.ts'
import { type Dashboard, startDashboard } from './start-dashboard.ts'

export interface DashboardCommand {
  readonly options: DashboardOptions
  /** Whether anybody said which broker. */
  readonly brokerIsGiven: boolean
  readonly alerts: AlertConfig
  readonly warnings: readonly string[]
}

/** Throws UmbelError for the first thing that is wrong, with where it stands. */
export async function parseDashboardCommand(
  argv: readonly string[],
  environment: Environment,
): Promise<DashboardCommand> {
  const given = readArguments(dashboardOptions, argv)
  const file = await readConfigFile(earlyValue('conf', dashboardOptions.conf, given, environment))
  const unsaid = { ...dashboardOptions, broker: { ...dashboardOptions.broker, default: '' } }
  const { broker, ...others } = optionValues(unsaid, given, environment, file, ['alerts'])
  const options = { ...others, broker: broker === '' ? dashboardOptions.broker.default : broker }
  return {
    options,
    brokerIsGiven: broker !== '',
    alerts: parseAlertConfig(alertsSection(file)),
    warnings: given.warnings,
  }
}

export async function dashboardCommand(argv: readonly string[], environment: Environment): Promise<number> {
  const command = await parseDashboardCommand(argv, environment)
  const { alerts, warnings } = command
  outliveOutput()
  const runtime = createCommandRuntime(command.options)
  const { log } = runtime
  for (const warning of warnings) log.warning(warning)

  const embedded = await loadEmbedded(command.options, log)
  const options = completed(command, embedded)
  const { broker: brokerUrl, broker_transport_options: transportOptions } = options
  const failoverStrategy = embedded?.app.conf.broker_failover_strategy ?? null
  const broker = openBroker(brokerUrl, { runtime, transportOptions, failoverStrategy })
  const results = dashboardResults(options, runtime, embedded?.resultOptions)
  const resultsUrl = results === null ? null : (options.result_backend ?? brokerUrl)
  const dataDir = await openDataDir(options, log)
  const end = endSignals((name) => log.info(`${name}: stopping`))
  const apiIsOpen = () => isTrue(process.env['FLOWER_UNAUTHENTICATED_API'])
  const schedules = await scheduleSources(options, runtime, embedded?.app ?? null)
  let dashboard: Dashboard | null = null
  try {
    const app = embedded?.app ?? null
    dashboard = await startDashboard({ options, alerts, runtime, broker, results, apiIsOpen, dataDir, app, schedules })
    process.stdout.write(banner(options, dashboard.port, broker.url))
    const { addSchedule } = dashboard
    // Not waited for: the broker may be away for long, and the page is up and says so.
    broker
      .open()
      .then(() =>
        embedded?.start({ runtime, broker, results, brokerUrl, transportOptions, resultsUrl, dataDir, addSchedule }),
      )
      .catch((error: unknown) => {
        if (!end.signal.aborted)
          log.error('The broker, or what runs beside the dashboard, cannot start', { reason: messageOf(error) })
      })
    await aborted(end.signal)
  } finally {
    // A broker that is away would be waited for by all who want to take their leave of it.
    if (broker.status().state !== 'ready') await Promise.all([broker.close(), results?.close()])
    await embedded?.stop()
    await dashboard?.stop()
    await results?.close()
    await broker.close()
    end.dispose()
  }
  return 0
}

/** What nobody said is as the app of the worker has it. */
function completed({ options, brokerIsGiven }: DashboardCommand, embedded: Embedded | null): DashboardOptions {
  if (embedded === null) return options
  return {
    ...options,
    broker: brokerIsGiven ? options.broker : (embedded.brokerUrl ?? options.broker),
    broker_transport_options: { ...embedded.transportOptions, ...options.broker_transport_options },
    result_backend: options.result_backend ?? embedded.resultBackend,
  }
}

function alertsSection(file: ConfigFile | null) {
  return file === null ? null : { file: file.file, data: file.data['alerts'], lineOf: file.lineOf }
}

function isTrue(value: string | undefined): boolean {
  return FLAG_WORDS.get((value ?? '').toLowerCase()) ?? false
}

function banner(options: DashboardOptions, port: number, broker: string): string {
  const host = options.address === '' ? 'localhost' : options.address
  return `Visit me at http://${host.includes(':') ? `[${host}]` : host}:${port}\nBroker: ${broker}\n`
}
