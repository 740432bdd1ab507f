import type { Topic } from '../../live/topic.ts'
import type { TaskView } from '../../live/views.ts'
import { parseIsoTime } from '../../protocol/iso-time.ts'
import { consumersOf } from '../consumers.ts'
import { errorClass } from '../error-class.ts'
import type { TaskRecord } from '../records.ts'
import { field } from '../served-queues.ts'
import { paced } from './chart.ts'
import type { FeedDeps } from './deps.ts'
import type { Source, Touch } from './source.ts'
import { attemptsOf } from './task-attempts-view.ts'
import { taskResult } from './task-result.ts'
import { isFinal, isLost, RowMemo } from './task-row.ts'
import { timelineOf } from './task-timeline.ts'
import { argsOf, exceptionOf, kwargsOf, resultOf } from './task-values.ts'
import { type Surroundings, whyOf } from './task-why.ts'
import { usualRuntime } from './usual-runtime.ts'
import { concurrencyOf, finite } from './worker-row.ts'

/** Goes through all tasks: often enough for a sentence. */
const USUAL_EVERY_MS = 30_000

/** Topic `task`: all that is known of one task, from events, its stored result and what workers say. */
export function taskSource(deps: FeedDeps, topic: Extract<Topic, { name: 'task' }>, touch: Touch): Source {
  const { cluster, runtime, settings, commands, links } = deps
  const { id } = topic
  const memo = new RowMemo(deps.shown)
  const result = taskResult(deps.results, id, runtime, deps.adopt, touch)
  const usual = paced(USUAL_EVERY_MS, () => usualRuntime(cluster, cluster.task(id)?.name ?? null))
  const stateNow = () => cluster.task(id)?.state ?? null
  result.look(stateNow())
  return {
    everyMs: 200,
    heeds(news) {
      switch (news.kind) {
        case 'cluster':
          return news.changes.tasks.has(id) || news.changes.removedTasks.has(id)
        case 'time':
          // The sentence says for how long; and a result may come after its event.
          result.look(stateNow())
          return !isFinal(stateNow() ?? 'SUCCESS')
        default:
          return news.kind === 'commands'
      }
    },
    view(): TaskView {
      const task = cluster.task(id) ?? null
      const seen = task === null ? null : deps.shown(task)
      // What was changed for people's eyes must not come back whole from the stored result.
      const meta = seen === task ? result.meta : null
      const nowMs = runtime.clock.nowMs()
      const lost = task !== null && isLost(task, cluster, nowMs, settings.lostAfterMs)
      return {
        task: task === null ? null : memo.row(task, links.retryOf(id), lost),
        args: argsOf(seen, meta),
        kwargs: kwargsOf(seen, meta),
        result: resultOf(seen, meta),
        exception: exceptionOf(seen, meta),
        traceback: seen?.state === 'SUCCESS' ? null : (seen?.traceback ?? meta?.traceback ?? null),
        timeline: seen === null ? [] : timelineOf(seen),
        attempts: seen === null ? [] : attemptsOf(seen, lost, seen !== task),
        exchange: task?.exchange ?? null,
        routingKey: task?.routingKey ?? null,
        client: task?.client ?? null,
        expiresMs: task?.expires == null ? null : parseIsoTime(task.expires),
        rootId: task?.rootId ?? null,
        parentId: task?.parentId ?? result.meta?.parent_id ?? null,
        groupId: result.meta?.group_id ?? null,
        children: cluster.children(id),
        retriedAs: links.retriedAs(id),
        like: seen?.state === 'FAILURE' ? alike(deps, seen) : null,
        why: task === null ? UNKNOWN_TASK : whyOf(task, surroundings(deps, task, lost, usual(nowMs), nowMs)),
        hasResults: result.readable,
        commands: commands.forTask(id),
      }
    },
  }
}

/** How many tasks of this name failed with this class of exception; null when it is the only one. */
function alike({ rates }: FeedDeps, { name, exception }: TaskRecord): number | null {
  const wanted = errorClass(exception)
  const group = rates.failureGroups(GROUPS_MOST).find((each) => each.task === name && each.exception === wanted)
  return group === undefined || group.count < 2 ? null : group.count
}

const GROUPS_MOST = 500

const UNKNOWN_TASK =
  'Neither events nor a stored result of this task are known. It may be older than what is kept, or its events were never sent.'

function surroundings(
  deps: FeedDeps,
  task: TaskRecord,
  lost: boolean,
  usual: Surroundings['usual'],
  nowMs: number,
): Surroundings {
  const { cluster, inspector, queues, rates, paused } = deps
  const { byQueue, complete } = consumersOf(deps)
  const consumers = task.queue === null ? null : (byQueue.get(task.queue) ?? (complete ? [] : null))
  const reading = queues.latest().rows.find((row) => row.name === task.queue)
  const slots = (consumers ?? []).map((name) => concurrencyOf(inspector.answers(name)))
  const worker = task.worker === null ? undefined : cluster.worker(task.worker)
  return {
    nowMs,
    lost,
    consumers,
    busy: (consumers ?? []).reduce((sum, name) => sum + (cluster.worker(name)?.active ?? 0), 0),
    slots: slots.every((each) => each !== null) ? slots.reduce((sum, each) => sum + each, 0) : null,
    waiting: reading?.waiting ?? null,
    outPerSecond: task.queue === null ? null : (rates.queueFlow(task.queue)?.outPerSecond ?? null),
    pausedBy: task.queue !== null && consumers?.length === 0 ? (paused.of(task.queue)?.who ?? null) : null,
    restoredMs: task.worker === null ? null : restoredMs(deps, task, task.worker),
    worker: worker ?? null,
    usual,
  }
}

/** Redis gives a message back this long after it was taken, unless its workers have another setting (wire.md A4). */
const VISIBILITY_SECONDS = 3_600

function restoredMs(deps: FeedDeps, task: TaskRecord, worker: string): number | null {
  const takenSeconds = task.received ?? task.started
  if (takenSeconds === null || deps.status().broker.kind === 'amqp') return null
  const options = field(deps.inspector.answers(worker).conf?.value, 'broker_transport_options')
  const seconds = finite(field(options, 'visibility_timeout')) ?? VISIBILITY_SECONDS
  return (takenSeconds + seconds) * 1_000
}
