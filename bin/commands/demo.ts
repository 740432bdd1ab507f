/** `umbel demo`: the dashboard over a small cluster of its own, on the best broker that is to be had. */
import { join } from 'node:path'
import { demoPool, startDemoCluster } from '../../examples/demo/cluster.ts'
import type { Broker } from '../../lib/broker/broker.ts'
import { createMemoryBroker } from '../../lib/broker/memory/memory-broker.ts'
import { createMemoryBus } from '../../lib/broker/memory/memory-bus.ts'
import { openBroker } from '../../lib/broker/open-broker.ts'
import { messageOf } from '../../lib/errors.ts'
import { type AlertConfig, parseAlertConfig } from '../../lib/monitor/alerts/alert-config.ts'
import { createMemoryResults } from '../../lib/results/memory/memory-results.ts'
import { openResults } from '../../lib/results/open-results.ts'
import type { ResultStore } from '../../lib/results/results.ts'
import { type Log, silentLog } from '../../lib/runtime/log.ts'
import { createRuntime, type Runtime } from '../../lib/runtime/runtime.ts'
import { dashboardOptions } from '../options/dashboard-options.ts'
import { demoOptions } from '../options/demo-options.ts'
import { type Environment, optionValues, readArguments } from '../options/parse-options.ts'
import { outliveOutput } from './closed-output.ts'
import { createCommandRuntime } from './command-runtime.ts'
import { createDemoFolder } from './demo-folder.ts'
import { aborted, endSignals } from './end-signals.ts'
import { startPrivateRedis } from './private-redis.ts'
import { scheduleSources } from './schedule-sources.ts'
import { type Dashboard, startDashboard } from './start-dashboard.ts'

/** Where the messages of the demo are; every program of the cluster has a connection of its own. */
interface DemoBroker {
  /** For the banner. */
  readonly says: string
  /** For a worker started by hand; null when other processes cannot join. */
  readonly url: string | null
  connect(): { readonly broker: Broker; readonly results: ResultStore }
  stop(): Promise<void>
}

export async function demoCommand(argv: readonly string[], environment: Environment): Promise<number> {
  const options = optionValues(demoOptions, readArguments(demoOptions, argv), environment, null)
  outliveOutput()
  const runtime = createCommandRuntime(options)
  const end = endSignals(() => process.stdout.write('Stopping the demo.\n'))
  const folder = await createDemoFolder()
  const demo = await openDemoBroker(options.broker, folder.path, runtime)
  const [forDashboard, forCluster] = [demo.connect(), demo.connect()]
  const cluster = { stop: async () => {} }
  let dashboard: Dashboard | null = null
  try {
    const given = { ...defaultsOf(dashboardOptions), ...options, broker: demo.url ?? 'memory://', cluster_name: 'demo' }
    dashboard = await startDashboard({
      options: given,
      alerts: demoAlerts(),
      runtime,
      ...forDashboard,
      // The demo is for looking and clicking; nothing real hangs on it.
      apiIsOpen: () => true,
      dataDir: join(folder.path, 'data'),
      schedules: await scheduleSources(given, runtime),
    })
    await dashboard.pagesReady
    process.stdout.write(banner(options.address, dashboard.port, demo))
    void forDashboard.broker.open().catch(() => {}) // closed before it was reached: the demo is ending
    // Its tasks fail on purpose; their tracebacks would bury the address above.
    const quiet = options.debug ? runtime : createRuntime({ log: silentLog })
    const { addSchedule } = dashboard
    void startCluster(forCluster, { runtime: quiet, log: runtime.log, url: demo.url, addSchedule }, cluster, end.signal)
    await aborted(end.signal)
  } finally {
    await cluster.stop()
    await dashboard?.stop()
    for (const { broker, results } of [forCluster, forDashboard]) {
      await results.close()
      await broker.close()
    }
    await demo.stop()
    await folder.remove()
    end.dispose()
  }
  return 0
}

/** The workers start when the broker is there, which the page does not wait for. */
async function startCluster(
  { broker, results }: ReturnType<DemoBroker['connect']>,
  {
    runtime,
    log,
    url,
    addSchedule,
  }: {
    readonly runtime: Runtime
    readonly log: Log
    readonly url: string | null
    readonly addSchedule: Dashboard['addSchedule']
  },
  cluster: { stop: () => Promise<void> },
  signal: AbortSignal,
): Promise<void> {
  try {
    await broker.open()
    await results.open()
    if (signal.aborted) return
    const started = await startDemoCluster({ broker, results, url, runtime, signal })
    cluster.stop = () => started.stop()
    const { schedule: store } = started
    if (store !== null) addSchedule({ name: 'app', store, zone: null, unasked: false, owned: false })
  } catch (error) {
    if (!signal.aborted) log.error('The demo cluster cannot start', { reason: messageOf(error) })
  }
}

/** `--broker` if given, else a redis-server of our own, else this process's memory. */
async function openDemoBroker(url: string | null, folder: string, runtime: Runtime): Promise<DemoBroker> {
  if (url !== null) return overRedis(url, 'as given', async () => {}, runtime)
  const redis = await startPrivateRedis(folder)
  if (redis !== null) return overRedis(redis.url, 'a private redis-server', () => redis.stop(), runtime)
  const bus = createMemoryBus()
  const results = createMemoryResults()
  return {
    says: "this process's memory (no redis-server on this machine)",
    url: null,
    connect: () => ({ broker: createMemoryBroker({ bus, runtime }), results }),
    stop: async () => {},
  }
}

function overRedis(url: string, says: string, stop: () => Promise<void>, runtime: Runtime): DemoBroker {
  const connect = () => ({ broker: openBroker(url, { runtime }), results: openResults(url, { runtime }) })
  return { says, url, connect, stop }
}

function demoAlerts(): AlertConfig {
  const rules = [
    { name: 'Indexing is late', kind: 'queue-length', queue: 'low_priority', above: 150, below: 60, forSeconds: 5 },
    { name: 'Tasks fail', kind: 'failure-rate', share: 0.2, windowSeconds: 60, minimum: 20 },
    { name: 'A worker is gone', kind: 'worker-offline', forSeconds: 10 },
  ]
  return parseAlertConfig({ file: 'the demo', data: { rules }, lineOf: () => 1 })
}

function banner(address: string, port: number, { says, url }: DemoBroker): string {
  const lines = [
    '',
    `  Umbel demo: http://${address === '' ? 'localhost' : address}:${port}`,
    '',
    `  Broker: ${url === null ? says : `${says}, ${url}`}`,
    `  Workers: two, pool ${demoPool(url)}${url === null ? ': other processes cannot reach this memory' : ''}`,
    ...(url === null
      ? []
      : [
          `  Share the work: cd examples/demo && celery -A tasks -b ${url} worker -Q high_priority,default,low_priority`,
        ]),
    '  Stop it with Ctrl-C.',
    '',
  ]
  return `${lines.join('\n')}\n`
}

function defaultsOf<O extends Readonly<Record<string, { readonly default: unknown }>>>(
  rows: O,
): { readonly [K in keyof O]: O[K]['default'] } {
  return Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, row.default])) as never // one default a row
}
