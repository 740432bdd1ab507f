/** The dashboard without a command around it: what the demo and `umbel` have in common. */
import type { Broker } from '../../lib/broker/broker.ts'
import type { Celery } from '../../lib/client/celery.ts'
import { TASK_COLUMN_IDS } from '../../lib/live/page-settings.ts'
import type { AlertConfig } from '../../lib/monitor/alerts/alert-config.ts'
import type { FormatTask } from '../../lib/monitor/format-task.ts'
import { createMonitor } from '../../lib/monitor/monitor.ts'
import type { ScheduleSource } from '../../lib/monitor/schedules/schedule-source.ts'
import type { ResultStore } from '../../lib/results/results.ts'
import type { Runtime } from '../../lib/runtime/runtime.ts'
import { startAll } from '../../lib/runtime/service.ts'
import { isLoopback } from '../../lib/server/auth/gate.ts'
import { createServer } from '../../lib/server/server.ts'
import { expandPath } from '../../lib/server/tls.ts'
import type { DashboardOptions } from '../options/dashboard-options.ts'
import { packageVersion } from '../package-root.ts'
import { accessOf, loginWarnings } from './login-settings.ts'
import { openNextPages } from './next-pages.ts'

export interface DashboardParts {
  readonly options: DashboardOptions
  readonly alerts: AlertConfig
  readonly formatTask?: FormatTask | null
  readonly runtime: Runtime
  /** The caller's, as are the results: opened and closed by it. */
  readonly broker: Broker
  readonly results: ResultStore | null
  /** FLOWER_UNAUTHENTICATED_API, asked at each request. */
  readonly apiIsOpen: () => boolean
  readonly dataDir: string | null
  /** Sends tasks for people: as its settings say, signed where it signs. */
  readonly app?: Celery | null
  /** Where schedules are kept. */
  readonly schedules?: readonly ScheduleSource[]
}

export interface Dashboard {
  /** The real one, also when 0 was asked for. */
  readonly port: number
  /** Resolves when the first page can be answered; rejects when there is no build. */
  readonly pagesReady: Promise<void>
  /** Shows a schedule that is there from now on; the function returned takes it away. */
  addSchedule(source: ScheduleSource): () => Promise<void>
  /** Reads the certificate anew; rejects when it cannot be used, and the old one stays. */
  reloadTls(): Promise<void>
  stop(): Promise<void>
}

/** Listens first, then looks at the cluster: a page and /healthcheck answer also while the broker is away. */
export async function startDashboard(parts: DashboardParts): Promise<Dashboard> {
  const { options, alerts, runtime, broker, results, dataDir, apiIsOpen } = parts
  const monitor = createMonitor({
    runtime,
    broker,
    results,
    alerts,
    dataDir,
    app: parts.app ?? null,
    formatTask: parts.formatTask ?? null,
    saved: options.persistent ? { path: expandPath(options.db), everyMs: options.state_save_interval } : null,
    ...(parts.schedules !== undefined && { schedules: parts.schedules }),
    version: packageVersion(),
    settings: {
      cluster: options.cluster_name,
      maxTasks: options.max_tasks,
      maxWorkers: options.max_workers,
      ...(options.purge_offline_workers !== null && { purgeOfflineMs: options.purge_offline_workers * 1_000 }),
      queues: options.queues,
      queuePollMs: options.queue_poll_interval * 1_000,
      inspectTimeoutMs: options.inspect_timeout,
      controlSerializer: options.control_serializer,
      enableEvents: options.enable_events,
      readOnly: options.read_only,
      ...(options.task_runtime_metric_buckets.length > 0 && {
        runtimeBuckets: options.task_runtime_metric_buckets.map((bound) =>
          Number(bound.replace(/^\+?inf(inity)?$/i, 'Infinity')),
        ),
      }),
    },
  })
  const pages = openNextPages(runtime)
  const { address, port, basic_auth: basicAuth, metrics_auth: metricsAuth, read_only: readOnly } = options
  const server = createServer({
    ...{ runtime, monitor, pages, address, port, basicAuth, metricsAuth, readOnly, apiIsOpen },
    ...placeOf(options),
    access: accessOf(options, dataDir),
  })
  for (const warning of loginWarnings(options)) runtime.log.warning(warning)
  const abort = new AbortController()
  let stopAll: () => Promise<void>
  try {
    stopAll = await startAll([server, monitor], abort.signal)
  } catch (error) {
    await pages.close()
    throw error
  }
  if (
    basicAuth.length === 0 &&
    options.auth === '' &&
    !apiIsOpen() &&
    !isLocal(address) &&
    options.unix_socket === ''
  ) {
    runtime.log.warning('No authentication: whoever reaches this port may look; set --basic-auth=user:password')
  }
  return {
    port: server.port,
    pagesReady: pages.ready,
    reloadTls: () => server.reloadTls(),
    addSchedule: (source) => monitor.schedules.add(source),
    async stop() {
      abort.abort()
      await stopAll()
      await pages.close()
    },
  }
}

/** How the server is reached, and how its pages are to look. */
function placeOf(options: DashboardOptions) {
  const { certfile, keyfile, ca_certs: caCerts, tasks_columns: columns } = options
  return {
    unixSocket: options.unix_socket,
    urlPrefix: options.url_prefix,
    xheaders: options.xheaders,
    tls: certfile === null || keyfile === null ? null : { certfile, keyfile, caCerts },
    accessLog: options.debug,
    page: {
      autoRefresh: options.auto_refresh,
      naturalTime: options.natural_time,
      tasksColumns: columns === 'all' ? TASK_COLUMN_IDS : columns,
    },
  }
}

function isLocal(address: string): boolean {
  return address === 'localhost' || isLoopback(address)
}
