/** The composition root of the room: what Umbel knows of one cluster. */
import type { Broker, QueueDetails } from '../broker/broker.ts'
import type { Celery } from '../client/celery.ts'
import { UmbelError } from '../errors.ts'
import { createMemoryHistory } from '../history/memory/memory-history.ts'
import type { BrokerView } from '../live/broker-view.ts'
import type { FoundTasks, QueueMessages, RawTask, SetAsideMessages, UnackedMessages } from '../live/http.ts'
import type { QueueClasses, QueueScheduled } from '../live/queue-views.ts'
import type { GapView, StatusView } from '../live/views.ts'
import { UNREADABLE } from '../protocol/task-meta.ts'
import type { ResultStore, TaskMeta } from '../results/results.ts'
import { nodeCodecs } from '../runtime/codecs.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { type Service, startAll } from '../runtime/service.ts'
import { createActions } from './actions/actions.ts'
import { type Audit, createAudit } from './actions/audit.ts'
import { createCommandLog } from './actions/command-log.ts'
import { createRetryLinks } from './actions/retry-links.ts'
import { createTaskSender } from './actions/task-sender.ts'
import type { AlertConfig } from './alerts/alert-config.ts'
import { createAlerts } from './alerts/alerts.ts'
import { brokerView } from './broker-view.ts'
import { type CapturedMessages, createCapturedMessages } from './captured-messages.ts'
import { createCluster } from './cluster.ts'
import { consumersOf } from './consumers.ts'
import type { Actions, Alerts, ClusterReader, CommandLog, Sight } from './contracts.ts'
import { createEventCounters, type EventCounters } from './event-counters.ts'
import type { FeedDeps } from './feeds/deps.ts'
import { createFeeds, type FeedsService } from './feeds/feeds.ts'
import { foundTasks, type TaskSearch } from './feeds/found-tasks.ts'
import { createWorkerPurge, forgetWorker } from './forget-worker.ts'
import { createShownTask, type FormatTask, type ShownTask } from './format-task.ts'
import { createHeadCount } from './head-count.ts'
import { createIdleness } from './idleness.ts'
import { createIngest } from './ingest.ts'
import { createInspector, type InspectorService } from './inspector.ts'
import { createQueueOf } from './only-queue.ts'
import { createPausedQueues } from './paused-queues.ts'
import { type PeekPage, peekQueue } from './peek.ts'
import { createPulse } from './pulse.ts'
import { readClasses } from './queue-classes.ts'
import { createQueuePoller, type QueuePoller } from './queue-poller.ts'
import { readScheduled } from './queue-scheduled.ts'
import { createRates, type Rates } from './rates.ts'
import { rawTask } from './raw-task.ts'
import { createRepairer } from './repair.ts'
import { createSavedState } from './saved/saved-state.ts'
import { createBeatMarks } from './schedules/beat-marks.ts'
import { createBeatScout } from './schedules/beat-scout.ts'
import type { ScheduleSource } from './schedules/schedule-source.ts'
import { createSchedules, type Schedules } from './schedules/schedules.ts'
import { readSetAside } from './set-aside.ts'
import { MONITOR_DEFAULTS, type MonitorSettings } from './settings.ts'
import { createShownCall } from './shown-call.ts'
import { statusOf } from './status.ts'
import { type TaskAnswer, taskAnswer } from './task-answer.ts'
import { createTaskList, type TaskList } from './task-list.ts'
import { readUnacked } from './unacked.ts'

export interface MonitorOptions {
  readonly runtime: Runtime
  /** Opened and closed by the caller, as are the results. */
  readonly broker: Broker
  readonly results: ResultStore | null
  readonly settings: Partial<MonitorSettings>
  readonly alerts: AlertConfig
  /** Where alerts, retries and the audit are kept; null = nothing survives a restart. */
  readonly dataDir: string | null
  readonly version: string
  /** Where schedules are kept; more can be added to the running monitor. */
  readonly schedules?: readonly ScheduleSource[]
  /** Whose settings hold for tasks that people send; null = Celery's defaults. */
  readonly app?: Celery | null
  /** What people see of a task. */
  readonly formatTask?: FormatTask | null
  /** Where tasks and workers are kept over a restart; null = nowhere. */
  readonly saved?: { readonly path: string; readonly everyMs: number } | null
}

export interface Health {
  /** True when the broker answers and events are heard. */
  readonly ok: boolean
  readonly broker: string
  readonly events: 'listening' | 'not-listening'
  /** Why it is not ok, for a person. */
  readonly reason: string | null
}

/** `start` does not wait for the broker: the page comes up without it, and everything recovers by itself. */
export interface Monitor extends Service {
  readonly cluster: ClusterReader
  readonly tasks: TaskList
  readonly feeds: FeedsService
  readonly actions: Actions
  readonly audit: Audit
  readonly commands: CommandLog
  readonly alerts: Alerts
  readonly inspector: InspectorService
  readonly hasResults: boolean
  readonly queues: QueuePoller
  readonly schedules: Schedules
  readonly rates: Rates
  readonly counters: EventCounters
  readonly shown: ShownTask
  status(): StatusView
  health(): Health
  /** A search of the task list, once; `limit` at most `FOUND_TASKS_MOST`. */
  findTasks(search: TaskSearch): Promise<FoundTasks>
  /** Rejects with `request/no-results` where none are kept. `waitMs` null = until `signal`. */
  taskAnswer(id: string, options: { readonly waitMs: number | null; readonly signal: AbortSignal }): Promise<TaskAnswer>
  rawTask(id: string, sight?: Sight): Promise<RawTask>
  brokerView(): Promise<BrokerView>
  /** All that the broker's management API tells of its queues; null where there is none. */
  queueDetails(): Promise<readonly QueueDetails[] | null>
  peekQueue(page: PeekPage): Promise<QueueMessages>
  queueClasses(queue: string): Promise<QueueClasses>
  queueScheduled(queue: string): Promise<QueueScheduled>
  unacked(queue: string, limit: number): Promise<UnackedMessages>
  setAside(queue: string, offset: number, limit: number): Promise<SetAsideMessages>
}

/** Series of numbers that are kept over time: five a queue and a dozen besides. */
const MAX_SERIES = 2_500
const MAX_METRIC_SERIES = 20_000
const MAX_GAPS = 1_000
/** Rounds of the queue poller further apart than this come too late to tell a silent broker from silent workers. */
const PROOF_MS = 5_000

export function createMonitor(options: MonitorOptions): Monitor {
  const { runtime, broker, results, dataDir, version } = options
  const settings: MonitorSettings = { ...MONITOR_DEFAULTS, ...options.settings }
  const { clock, log } = runtime

  const history = createMemoryHistory({ runtime, maxSeries: MAX_SERIES })
  const cluster = createCluster(settings)
  const counters = createEventCounters({
    cluster,
    maxSeries: MAX_METRIC_SERIES,
    nowMs: clock.nowMs,
    ...(settings.runtimeBuckets !== null && { runtimeBuckets: settings.runtimeBuckets }),
  })
  const codecs = options.app?.compiled.codecs ?? nodeCodecs
  const inspector = createInspector({ runtime, broker, cluster, settings, codecs })
  const rates = createRates({ runtime, history, queueOf: createQueueOf(inspector) })
  const onListening = () => void inspector.greet()
  const ingest = createIngest({ runtime, broker, cluster, counters, rates, codecs, onListening })
  const queues = createQueuePoller({ runtime, broker, cluster, inspector, history, settings, rates })
  const idleness = createIdleness(runtime, cluster)

  const applyMeta = (meta: TaskMeta) => meta.status !== UNREADABLE && cluster.applyMeta(meta, clock.nowMs())
  const repairer = createRepairer({ runtime, cluster, results, settings, applyMeta })
  const failures = (taskGlob: string, windowMs: number) => rates.outcomes(windowMs, taskGlob)
  const marks = createBeatMarks()
  const scout = createBeatScout({ runtime, broker, queues, inspector, marks })
  const seen = { marks, beats: scout.beats, see: scout.see }
  const schedules = createSchedules({
    ...{ runtime, cluster, inspector, sources: options.schedules ?? [], seen, queues, dataDir },
  })
  const alerts = createAlerts({
    ...{ runtime, config: options.alerts, dataDir, queues, cluster, failures },
    scheduled: () => ({ readers: schedules.readers(), nowMs: clock.nowMs(), view: schedules.view() }),
    watchSchedules: schedules.watch,
  })

  const links = createRetryLinks({ dataDir, log })
  const paused = createPausedQueues({ dataDir, log })
  const commands = createCommandLog({ runtime, cluster })
  const audit = createAudit({ dataDir, runtime })
  const { readOnly } = settings
  const messages = createCapturedMessages()
  const captured: CapturedMessages = {
    get: messages.get,
    add(id, raw) {
      messages.add(id, raw)
      marks.see(raw, clock.nowMs(), false)
    },
  }
  const adopt = (meta: TaskMeta) => void applyMeta(meta)
  const actions = createActions({
    runtime,
    broker,
    results,
    cluster,
    inspector,
    queues,
    captured,
    forgetWorker: (name) => forgetWorker(name, { cluster, alerts, counters }),
    alerts,
    commands,
    links,
    paused,
    schedules,
    audit,
    readOnly,
    adopt,
    sender: createTaskSender({ broker, runtime, app: options.app ?? null }),
  })

  const status = () =>
    statusOf({
      ...{ version, settings, broker, cluster, queues, alerts, repairer },
      resultsUrl: results?.url ?? null,
      events: () => eventsOf(ingest),
      gaps: ingest.gaps,
      problems: ingest.malformedByReason,
    })
  const tasks = createTaskList(cluster, runtime)
  const shown = createShownTask(options.formatTask ?? null, log)
  const shownCall = createShownCall(options.formatTask ?? null, shown, cluster.task)
  const feedDeps: FeedDeps = {
    ...{ runtime, settings, cluster, inspector, queues, idleness, rates, history, results, alerts, commands, links },
    paused,
    ...{ status, adopt, tasks, schedules, shown, shownCall },
  }
  const feeds = createFeeds(feedDeps)
  const sentMs = (id: string) => msOf(cluster.task(id)?.sent ?? null)
  const unackedDeps = {
    ...{ broker, cluster, captured, codecs: nodeCodecs, nowMs: clock.nowMs },
    scanLimit: settings.unackedLimit,
  }

  const repairing = new Set<string>()
  ingest.onGap((gap: GapView) => {
    // Told again when a gap turns out larger, or when tasks of it were put right.
    if (repairing.has(gap.id)) return
    if (repairing.size > MAX_GAPS) repairing.clear()
    repairing.add(gap.id)
    repairer.afterGap(gap, ingest.noteRepaired)
  })

  const pulse = createPulse(runtime, cluster, {
    isListening: () => ingest.listening,
    heardUntilMs: (nowMs) => (settings.queuePollMs > PROOF_MS ? nowMs : (queues.brokerSeenMs ?? nowMs)),
    tend: tasks.tend,
  })
  const headCount = createHeadCount({ runtime, cluster, history, isListening: () => ingest.listening })
  // Events last: nothing is heard before all that counts it is there.
  const purge = createWorkerPurge(runtime, settings.purgeOfflineMs, { cluster, alerts, counters })
  // First to start and last to stop: it has what was known before, and what is known at the end.
  const saved = options.saved == null ? [] : [createSavedState({ runtime, cluster, ...options.saved })]
  const services = [
    ...saved,
    alerts,
    purge,
    inspector,
    queues,
    idleness,
    scout,
    schedules,
    feeds,
    repairer,
    pulse,
    headCount,
    ingest,
  ]
  let stopAll = async () => {}

  return {
    ...{
      name: 'monitor',
      cluster,
      feeds,
      actions,
      audit,
      commands,
      alerts,
      inspector,
      queues,
      rates,
      counters,
      status,
    },
    schedules,
    shown,
    hasResults: results !== null,
    tasks,
    findTasks: (search) => foundTasks(feedDeps, search),
    async taskAnswer(id, options) {
      if (results === null) throw new UmbelError('request/no-results', {})
      return taskAnswer(id, { results, runtime }, options)
    },
    rawTask: (id, sight) => rawTask(id, { broker, results, cluster, captured, shown, nowMs: clock.nowMs }, sight),
    health: () => healthOf(broker, ingest.listening, queues.latest().error),
    brokerView: () => brokerView({ broker, queues, consumers: () => consumersOf({ cluster, inspector }).byQueue }),
    queueDetails: async () => (await broker.queues.details?.()) ?? null,
    async peekQueue(page) {
      const found = await peekQueue(broker, nodeCodecs, page, clock.nowMs, { captured, sentMs })
      return { ...found, messages: found.messages.map(shownCall) }
    },
    queueClasses: (queue) => readClasses(broker, queue, clock.nowMs),
    async queueScheduled(queue) {
      const found = await readScheduled({ cluster, inspector }, queue)
      return { ...found, tasks: found.tasks.map(shownCall) }
    },
    async unacked(queue, limit) {
      const found = await readUnacked(unackedDeps, queue, limit)
      return { ...found, messages: found.messages.map((each) => ({ ...each, message: shownCall(each.message) })) }
    },
    async setAside(queue, offset, limit) {
      const found = await readSetAside(broker, nodeCodecs, { queue, offset, limit }, clock.nowMs)
      return { ...found, messages: found.messages.map((each) => ({ ...each, message: shownCall(each.message) })) }
    },
    async start(signal) {
      await Promise.all([links.load(), paused.load()])
      stopAll = await startAll(services, signal)
    },
    async stop() {
      const stop = stopAll
      stopAll = async () => {}
      commands.stop()
      await stop()
      await history.close()
    },
  }
}

function msOf(seconds: number | null): number | null {
  return seconds === null ? null : Math.round(seconds * 1_000)
}

function eventsOf(ingest: ReturnType<typeof createIngest>): StatusView['events'] {
  return {
    perSecond: Math.round(ingest.perSecond() * 10) / 10,
    total: ingest.total,
    malformed: ingest.malformed,
    missed: ingest.missed,
    lastMs: ingest.lastMs,
    lagMs: ingest.lagP95Ms(),
  }
}

/** `unread`: why the queues could not be read in the last round. A connection that stands may lead to a server that hangs. */
function healthOf(broker: Broker, isListening: boolean, unread: string | null): Health {
  const { state, reason } = broker.status()
  const isReady = state === 'ready'
  return {
    ok: isReady && isListening && unread === null,
    broker: state,
    events: isListening ? 'listening' : 'not-listening',
    reason: isReady
      ? isListening
        ? unread
        : 'Events are not listened to yet.'
      : (reason ?? `The broker is ${state}.`),
  }
}
