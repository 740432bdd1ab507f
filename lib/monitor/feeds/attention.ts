/** What a person should look at now, worst first: firing alerts and what Umbel finds by itself (ux.md 2.1). */

import { failureQuery } from '../../live/failure-query.ts'
import type { AttentionView, FailureGroupView, QueueRowView, StatusView, WorkerRowView } from '../../live/views.ts'
import { BLIND_RULE_NAME } from '../alerts/rule.ts'
import { scheduleAttention } from './attention-schedules.ts'
import type { FeedDeps } from './deps.ts'
import { age, count, plural } from './words.ts'

/** Fewer waiting messages are no reason to call somebody. */
const GROWING_FROM = 100
/** Heartbeats come every two seconds: this long without any event, and events have stopped. */
const SILENT_AFTER_MS = 45_000
const RECENT_MS = 600_000
const NEW_FAILURES_FROM = 5
const MOST = 20

export interface Seen {
  readonly queues: readonly QueueRowView[]
  readonly workers: readonly WorkerRowView[]
  readonly failures: readonly FailureGroupView[]
  readonly status: StatusView
  readonly nowMs: number
}

export function attentionOf(deps: FeedDeps, seen: Seen): readonly AttentionView[] {
  const found = [
    ...blind(seen),
    ...alerts(deps, seen),
    ...unreadable(seen),
    ...seen.queues.flatMap((queue) => ofQueue(deps, queue)),
    ...setAside(deps),
    ...scheduleAttention(deps.schedules.view(), deps.alerts.view()),
    ...seen.workers.flatMap((worker) => ofWorker(deps, worker)),
    ...gaps(seen),
    ...seen.failures.flatMap((group) => ofFailures(group, seen.nowMs)),
  ]
  // The order within a level is the one above; sort keeps it.
  return found.sort((a, b) => Number(a.level === 'warn') - Number(b.level === 'warn')).slice(0, MOST)
}

function blind({ status, nowMs }: Seen): AttentionView[] {
  const { broker, events, counts } = status
  if (broker.state !== 'ready') {
    const text = `Umbel cannot reach the broker: ${broker.reason ?? broker.state}.`
    return [{ id: 'broker', level: 'bad', text, sinceMs: broker.sinceMs, href: null, deed: null }]
  }
  const silentMs = events.lastMs === null ? 0 : nowMs - events.lastMs
  if (events.lastMs === null || counts.workersTotal === 0 || silentMs < SILENT_AFTER_MS) return []
  const text = 'No events come in any more. Either no worker is left, or events have stopped.'
  return [{ id: 'silent', level: 'bad', text, sinceMs: events.lastMs, href: '/workers', deed: null }]
}

/** That the broker is away is said once: its own alert, and each of its queues, would say it again. */
function alerts({ alerts }: FeedDeps, { status }: Seen): AttentionView[] {
  const isBlind = status.broker.state !== 'ready'
  return alerts
    .view()
    .active.filter(({ state, silenced, rule }) => {
      return state === 'firing' && !silenced && !(isBlind && rule === BLIND_RULE_NAME)
    })
    .map(({ id, text, sinceMs, rule }) => ({
      ...{ id: `alert ${id}`, level: 'bad', text, sinceMs, href: '/alerts' },
      deed: { kind: 'silence', rule },
    }))
}

/** Queues that cannot be read: those with the same reason are one line. */
function unreadable({ queues, status }: Seen): AttentionView[] {
  if (status.broker.state !== 'ready') return []
  const byReason = Map.groupBy(
    queues.filter(({ error }) => error !== null),
    ({ error }) => error,
  )
  return [...byReason].map(([reason, rows]) => {
    const [first] = rows
    const isOne = rows.length === 1 && first !== undefined
    const which = isOne ? `Queue ${first.name}` : plural(rows.length, 'queue')
    return {
      id: `unreadable ${reason}`,
      level: 'warn',
      text: `${which} cannot be read: ${reason?.replace(/\.$/, '')}.`,
      sinceMs: null,
      href: isOne ? `/queue/${encodeURIComponent(first.name)}` : '/queues',
      deed: null,
    }
  })
}

function setAside({ queues }: FeedDeps): AttentionView[] {
  return Object.entries(queues.latest().setAside ?? {}).map(([queue, count]) => ({
    id: `set-aside ${queue}`,
    level: 'warn',
    text: `${plural(count, 'message')} of queue ${queue} could not be read and ${count === 1 ? 'was' : 'were'} set aside.`,
    sinceMs: null,
    href: `/queue/${encodeURIComponent(queue)}`,
    deed: null,
  }))
}

function ofQueue({ queues }: FeedDeps, queue: QueueRowView): AttentionView[] {
  const { name, waiting, trend, alert, error, paused, workers } = queue
  const href = `/queue/${encodeURIComponent(name)}`
  const sinceMs = queues.waitingSinceMs(name)
  if (waiting === null || error !== null || alert === 'firing') return [] // the alert says it already
  if (paused !== null && workers.length === 0) return [] // somebody wants it so
  if (trend === 'never') {
    const text = `${plural(waiting, 'message')} in queue ${name}, and no worker serves it.`
    return [{ id: `queue ${name}`, level: 'bad', text, sinceMs, href, deed: null }]
  }
  if (trend !== 'growing' || waiting < GROWING_FROM) return []
  // No rate in the text: it would change every two seconds.
  const text = `Queue ${name} grows: ${count(waiting)} waiting.`
  return [{ id: `queue ${name}`, level: 'warn', text, sinceMs, href, deed: null }]
}

function ofWorker({ idleness }: FeedDeps, { name, state }: WorkerRowView): AttentionView[] {
  if (state !== 'not-taking') return []
  const text = `Worker ${name} is alive but takes nothing, and work waits for it.`
  const href = `/worker/${encodeURIComponent(name)}`
  return [{ id: `worker ${name}`, level: 'warn', text, sinceMs: idleness.idleSinceMs(name), href, deed: null }]
}

function gaps({ status, nowMs }: Seen): AttentionView[] {
  const gap = status.gaps.findLast(({ toMs }) => nowMs - toMs < RECENT_MS)
  if (gap === undefined) return []
  const missed = gap.missed === null ? 'Events were missed' : `${plural(gap.missed, 'event')} missed`
  const text = `${missed} during ${age(gap.toMs - gap.fromMs)} (${gap.why}); ${count(gap.repaired)} tasks repaired.`
  return [{ id: `gap ${gap.id}`, level: 'warn', text, sinceMs: gap.fromMs, href: null, deed: null }]
}

function ofFailures(group: FailureGroupView, nowMs: number): AttentionView[] {
  if (group.count < NEW_FAILURES_FROM || nowMs - group.firstMs > RECENT_MS) return []
  const { id, task, exception, firstMs } = group
  const text = `${task ?? 'Tasks'}: ${plural(group.count, 'failure')}, ${exception}.`
  const q = failureQuery(group)
  const href = `/tasks?q=${encodeURIComponent(q)}`
  return [{ id: `failures ${id}`, level: 'warn', text, sinceMs: firstMs, href, deed: { kind: 'retry', q } }]
}

/** The end of the last known problem, for "Nothing needs attention. Last problem: 2 h ago." */
export function lastProblemMs({ alerts }: FeedDeps, status: StatusView): number | null {
  const ends = [
    ...alerts.view().history.map((alert) => alert.resolvedMs ?? alert.sinceMs),
    ...status.gaps.map((gap) => gap.toMs),
  ]
  return ends.length === 0 ? null : Math.max(...ends)
}
