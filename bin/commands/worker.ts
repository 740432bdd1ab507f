/** `umbel worker`: runs tasks until a signal, or until it is told to end (client-cli.md B2). */
import { availableParallelism, hostname as hostName } from 'node:os'
import { resolve } from 'node:path'
import type { Broker } from '../../lib/broker/broker.ts'
import type { Celery } from '../../lib/client/celery.ts'
import { includedFile, loadIncluded } from '../../lib/client/load-included.ts'
import type { QueueDeclaration } from '../../lib/client/queue-table.ts'
import { messageOf } from '../../lib/errors.ts'
import type { Runtime } from '../../lib/runtime/runtime.ts'
import type { Beat } from '../../worker/beat/beat.ts'
import { watchConnection } from '../../worker/connection-watch.ts'
import { nodeName } from '../../worker/node-name.ts'
import { startWorker, type WorkerOptions } from '../../worker/worker.ts'
import { type Environment, optionValues, readArguments } from '../options/parse-options.ts'
import { type WorkerCommandOptions, workerOptions } from '../options/worker-options.ts'
import { packageVersion } from '../package-root.ts'
import { type AppLinks, openAppLinks } from './app-links.ts'
import { enterWorkdir } from './client-links.ts'
import { bannerText } from './worker-process/banner.ts'
import { configure } from './worker-process/config-words.ts'
import { growHeapWhenBusy } from './worker-process/grow-heap.ts'
import { nodeFormat } from './worker-process/node-format.ts'
import { openProcess } from './worker-process/process.ts'
import { listenForStop } from './worker-process/stop-signals.ts'

export async function workerCommand(argv: readonly string[], environment: Environment): Promise<number> {
  const given = readArguments(workerOptions, argv, { words: true })
  const options = optionValues(workerOptions, given, environment, null)
  enterWorkdir(options)
  const hostname = nodeName(givenName(options.hostname), hostName())
  const daemon = await openProcess('worker', argv, options, (path) => nodeFormat(path, hostname))
  if (daemon === null) return 0 // it goes on in the background
  const { runtime } = daemon
  for (const warning of given.warnings) runtime.log.warning(warning)

  const signals = listenForStop()
  const links = await openAppLinks(options, runtime)
  let beat: Beat | null = null
  let stopLooking = () => {}
  try {
    configure(links.app, given.words, 'worker')
    await include(links.app, options.include)
    daemon.takePidFile()
    if (!options.quiet) say(bannerText(bannerFacts(options, links, hostname, runtime)))
    const unwatch = watchConnection(links.broker, runtime.log) // until the worker watches it itself
    await links.broker.open().finally(unwatch)
    if (options.purge) await purge(links.broker, consumedQueues(links.app, options))
    links.results
      ?.open()
      .catch((error: unknown) => runtime.log.debug('Results were closed', { reason: messageOf(error) }))
    const worker = await startWorker(startOptions(options, links, hostname, runtime))
    signals.attach(worker)
    stopLooking = growHeapWhenBusy(() => worker.processed)
    if (options.beat) beat = await startEmbeddedBeat(links, options, runtime)
    await Promise.race([worker.ended, signals.failed])
  } finally {
    stopLooking()
    await beat?.stop()
    await links.close()
    signals.dispose()
    daemon.close()
  }
  if (signals.restarts) restart()
  return signals.exitCode
}

/** Through the settings, so that children load them too. */
async function include(app: Celery, places: readonly string[]): Promise<void> {
  const files: string[] = []
  for (const place of places) files.push(await includedFile(place))
  if (files.length > 0) app.override({ include: [...app.conf.include, ...files] })
  await loadIncluded(app)
}

/** As Celery: a name without `@` is the host's. */
function givenName(hostname: string | null): string | undefined {
  if (hostname === null) return undefined
  return hostname.includes('@') ? hostname : `celery@${hostname}`
}

function startOptions(
  options: WorkerCommandOptions,
  { app, broker, results }: AppLinks,
  hostname: string,
  runtime: Runtime,
): WorkerOptions {
  const given = {
    pool: options.pool,
    concurrency: options.concurrency,
    autoscale: options.autoscale,
    maxTasksPerChild: options.max_tasks_per_child,
    maxMemoryPerChildKb: options.max_memory_per_child,
    timeLimit: options.time_limit,
    softTimeLimit: options.soft_time_limit,
    prefetchMultiplier: options.prefetch_multiplier,
    heartbeatIntervalMs: options.heartbeat_interval === null ? null : options.heartbeat_interval * 1000,
    statedb: options.statedb,
    appPath: options.app === null ? null : resolve(options.app),
    queues: options.queues.length === 0 ? null : options.queues,
    excludeQueues: options.exclude_queues.length === 0 ? null : options.exclude_queues,
    taskEvents: options.task_events || null,
    disablePrefetch: options.disable_prefetch || null,
  }
  return {
    ...{ app, broker, results, runtime, hostname },
    ...withoutNulls(given),
    optimization: options.optimization,
    withoutGossip: options.without_gossip,
    withoutMingle: options.without_mingle,
    withoutHeartbeat: options.without_heartbeat,
  }
}

function withoutNulls<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], null> } {
  // The same keys with the same values, less those that are null.
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)) as {
    [K in keyof T]?: Exclude<T[K], null>
  }
}

function bannerFacts(options: WorkerCommandOptions, links: AppLinks, hostname: string, runtime: Runtime) {
  const { app, broker, results } = links
  const { conf, compiled } = app
  const slots = options.concurrency ?? compiled.concurrency ?? 'auto'
  const names = [...app.tasks.keys()]
  const isVerbose = options.debug || options.loglevel === 'debug'
  return {
    hostname,
    version: packageVersion(),
    nowMs: runtime.clock.nowMs(),
    app: `${app.name}:${options.app}`,
    transport: broker.url,
    results: results?.url ?? 'disabled://',
    pool: options.pool ?? conf.worker_pool ?? 'async',
    concurrency: slots === 'auto' ? availableParallelism() : slots,
    autoscale: options.autoscale,
    taskEvents: options.task_events || conf.worker_send_task_events,
    queues: consumedQueues(app, options),
    tasks:
      isVerbose || options.loglevel === 'info'
        ? names.filter((name) => isVerbose || !name.startsWith('celery.'))
        : null,
  }
}

function consumedQueues(
  app: Celery,
  { queues, exclude_queues: excluded }: WorkerCommandOptions,
): readonly QueueDeclaration[] {
  const all = queues.length > 0 ? queues.map((name) => app.queues.get(name)) : app.queues.declared
  return all.filter(({ name }) => !excluded.includes(name))
}

async function purge(broker: Broker, queues: readonly QueueDeclaration[]): Promise<void> {
  let count = 0
  for (const { name } of queues) count += await broker.queues.purge(name)
  if (count > 0) say(`purge: Erased ${count} ${count === 1 ? 'message' : 'messages'} from the queue.\n\n`)
}

async function startEmbeddedBeat(
  { app, broker }: AppLinks,
  options: WorkerCommandOptions,
  runtime: Runtime,
): Promise<Beat> {
  const [{ startBeat }, { openBeatStore }] = await Promise.all([
    import('../../worker/beat/beat.ts'),
    import('./beat-store.ts'),
  ])
  const { scheduler, schedule, broker: brokerUrl } = options
  const store = await openBeatStore({ app, scheduler, schedule, brokerUrl, broker, runtime })
  return startBeat({ app, broker, runtime, store, isEmbedded: true })
}

function say(text: string): void {
  process.stdout.write(text)
}

/** Takes the place of this process: the same id, the same arguments. */
function restart(): never {
  process.execve?.(process.execPath, [process.execPath, ...process.execArgv, ...process.argv.slice(1)], process.env)
  process.exit(1) // a system that cannot do that
}
