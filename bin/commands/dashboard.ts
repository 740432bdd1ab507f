/** `umbel`: the dashboard as a command. Reads what it is told, opens broker and results, runs until a signal. */
import { messageOf, UmbelError } from '../../lib/errors.ts'
import { type AlertConfig, parseAlertConfig } from '../../lib/monitor/alerts/alert-config.ts'
import { type FormatTask, formatTaskOf } from '../../lib/monitor/format-task.ts'
import type { Log } from '../../lib/runtime/log.ts'
import { type ConfigFile, readConfigFile } from '../options/config-file.ts'
import { type DashboardOptions, dashboardOptions } from '../options/dashboard-options.ts'
import { FLAG_WORDS } from '../options/option.ts'
import {
  type Environment,
  earlyValue,
  type Given,
  isInEnvironment,
  optionValues,
  readArguments,
} from '../options/parse-options.ts'
import { brokerApiFault } from '../options/web-options.ts'
import { enterWorkdir } from './client-links.ts'
import { outliveOutput } from './closed-output.ts'
import { createLoggingRuntime } from './command-runtime.ts'
import { dashboardBroker } from './dashboard-broker.ts'
import { openDashboardLog } from './dashboard-log.ts'
import { dashboardResults } from './dashboard-results.ts'
import { openDataDir } from './data-dir.ts'
import { type Embedded, loadEmbedded } from './embedded.ts'
import { aborted, type EndSignal, endSignals, onSignals } from './end-signals.ts'
import { askPythonApp, type PythonApp } from './python-app.ts'
import { scheduleSources } from './schedule-sources.ts'
import { type Dashboard, startDashboard } from './start-dashboard.ts'

export interface DashboardCommand {
  readonly options: DashboardOptions
  /** Whether anybody said which broker. */
  readonly brokerIsGiven: boolean
  readonly alerts: AlertConfig
  /** A function of the config file: what people see of a task. */
  readonly formatTask: FormatTask | null
  readonly warnings: readonly string[]
}

/** What a config file may hold besides options. */
const ALSO_IN_FILE = ['alerts', 'format_task']

/** Throws UmbelError for the first thing that is wrong, with where it stands. */
export async function parseDashboardCommand(
  argv: readonly string[],
  environment: Environment,
): Promise<DashboardCommand> {
  const given = readArguments(dashboardOptions, argv)
  enterWorkdir({ workdir: earlyValue('workdir', dashboardOptions.workdir, given, environment) })
  const isOption = (name: string) => Object.hasOwn(dashboardOptions, name) || ALSO_IN_FILE.includes(name)
  const file = await readConfigFile(earlyValue('conf', dashboardOptions.conf, given, environment), {
    environment,
    isOption,
  })
  const unsaid = { ...dashboardOptions, broker: { ...dashboardOptions.broker, default: '' } }
  const { broker, ...others } = optionValues(unsaid, given, environment, file, ALSO_IN_FILE)
  const options = { ...others, broker: broker === '' ? dashboardOptions.broker.default : broker }
  refuseLostGuards(file, given, environment)
  refuseHalfTls(options)
  refuseBadApi(options)
  return {
    options,
    brokerIsGiven: broker !== '',
    alerts: parseAlertConfig(alertsSection(file)),
    formatTask: formatTaskOf(file?.data['format_task'], file?.file ?? ''),
    warnings: [...given.warnings, ...(file?.warnings ?? [])],
  }
}

export async function dashboardCommand(argv: readonly string[], environment: Environment): Promise<number> {
  const command = await parseDashboardCommand(argv, environment)
  const { alerts, formatTask, warnings } = command
  outliveOutput()
  const output = await openDashboardLog(command.options)
  const { log } = output
  const runtime = createLoggingRuntime(log, command.options.debug)
  for (const warning of warnings) log.warning(warning)

  // As Celery does it: an app that asks for its settings by this variable finds them.
  if (command.options.config !== null) process.env['CELERY_CONFIG_MODULE'] = command.options.config
  const embedded = await loadEmbedded(command.options)
  const python = embedded === null ? await pythonApp(command, environment, log) : null
  const options = completed(command, embedded, python)
  const { broker: brokerUrl, broker_transport_options: transportOptions } = options
  const broker = dashboardBroker(options, runtime, embedded)
  const results = dashboardResults(options, runtime, embedded?.resultOptions)
  const resultsUrl = results === null ? null : (options.result_backend ?? brokerUrl)
  const dataDir = await openDataDir(options, log)
  const isTls = options.certfile !== null
  const enders: readonly EndSignal[] = isTls ? ['SIGINT', 'SIGTERM'] : ['SIGHUP', 'SIGINT', 'SIGTERM']
  const end = endSignals((name) => log.info(`${name}: stopping`), enders)
  const apiIsOpen = () => isTrue(process.env['FLOWER_UNAUTHENTICATED_API'])
  const schedules = await scheduleSources(options, runtime, embedded?.app ?? null)
  let dashboard: Dashboard | null = null
  let ignoreReload = () => {}
  try {
    const app = embedded?.app ?? null
    const parts = { options, alerts, formatTask, runtime, broker, results, apiIsOpen, dataDir, app, schedules }
    dashboard = await startDashboard(parts)
    tellWhere(options, dashboard.port, broker.url, log)
    const { addSchedule, reloadTls } = dashboard
    if (isTls) ignoreReload = onSignals(['SIGHUP'], () => void reloaded(reloadTls, log), { echoMs: 0 })
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
    ignoreReload()
    end.dispose()
    output.close()
  }
  return 0
}

/** What nobody said is as the app of the worker has it, or the app in Python. */
function completed(
  { options, brokerIsGiven }: DashboardCommand,
  embedded: Embedded | null,
  python: PythonApp | null,
): DashboardOptions {
  const app = embedded ?? python
  if (app === null) return options
  const broker = brokerIsGiven ? options.broker : (app.brokerUrl ?? options.broker)
  return {
    ...options,
    broker,
    broker_transport_options: { ...app.transportOptions, ...options.broker_transport_options },
    result_backend: options.result_backend ?? app.resultBackend,
    ...(python !== null && {
      result_backend_transport_options: {
        ...python.resultTransportOptions,
        ...options.result_backend_transport_options,
      },
      queues: options.queues.length > 0 ? options.queues : python.queues,
      redbeat_redis_url: options.redbeat_redis_url ?? python.redbeatUrl,
    }),
  }
}

/** Asked where the command line leaves something to it; null where it cannot be. */
async function pythonApp(
  { options, brokerIsGiven }: DashboardCommand,
  environment: Environment,
  log: Log,
): Promise<PythonApp | null> {
  const isAllSaid = brokerIsGiven && options.result_backend !== null
  if (options.app === null || isAllSaid) return null
  const asked = await askPythonApp(options.app, environment)
  if ('app' in asked) return asked.app
  const instead = brokerIsGiven ? '' : '; --broker says where the messages are'
  log.warning(`The app ${options.app} is not asked for broker and results: ${asked.reason}${instead}`)
  return null
}

/** Options without which more people could do more than the file means: never left out with a warning only. */
const GUARDS = [
  'basic_auth',
  'auth',
  'auth_provider',
  'read_only',
  'address',
  'unix_socket',
  'certfile',
  'keyfile',
] as const

function refuseLostGuards(file: ConfigFile | null, given: Given, environment: Environment): void {
  for (const name of GUARDS) {
    const reason = file?.untaken?.get(name)
    const isSaid = given.values.has(name) || isInEnvironment(name, environment)
    if (reason === undefined || isSaid) continue
    throw new UmbelError('command/usage', { reason: `${reason}, or give --${name.replaceAll('_', '-')}` })
  }
}

function alertsSection(file: ConfigFile | null) {
  return file === null ? null : { file: file.file, data: file.data['alerts'], lineOf: file.lineOf }
}

function isTrue(value: string | undefined): boolean {
  return FLAG_WORDS.get((value ?? '').toLowerCase()) ?? false
}

/** Flower's two lines; for programs that read JSON they are lines of the log, and with --quiet there are none. */
function tellWhere(options: DashboardOptions, port: number, broker: string, log: Log): void {
  if (options.quiet) return
  const lines = [`Visit me ${placeOf(options, port)}`, `Broker: ${broker}`]
  if (options.log_format === 'json') for (const line of lines) log.info(line)
  else process.stdout.write(`${lines.join('\n')}\n`)
}

function placeOf(
  { unix_socket: socket, address, certfile, url_prefix: prefix }: DashboardOptions,
  port: number,
): string {
  if (socket !== '') return `via unix socket file: ${socket}`
  const host = address === '' ? 'localhost' : address
  const scheme = certfile === null ? 'http' : 'https'
  return `at ${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}${prefix === '' ? '' : `${prefix}/`}`
}

async function reloaded(reloadTls: () => Promise<void>, log: Log): Promise<void> {
  try {
    await reloadTls()
    log.info('SIGHUP: the certificate was read anew')
  } catch (error) {
    log.error('The certificate cannot be read anew; the old one stays', { reason: messageOf(error) })
  }
}

function refuseBadApi({ broker_api: api }: DashboardOptions): void {
  const fault = api === null ? null : brokerApiFault(api)
  if (fault !== null) throw new UmbelError('command/usage', { reason: `Invalid '--broker-api' option: ${fault}` })
}

/** In Flower's words (flower.md 3); https by half would be http. */
function refuseHalfTls({ certfile, keyfile }: DashboardOptions): void {
  if ((certfile === null) === (keyfile === null)) return
  const reason = "Both 'certfile' and 'keyfile' are required to enable SSL"
  throw new UmbelError('command/usage', { reason })
}
