/** What happened within a span, for its charts: alerts that began and ended, and what people did. */
import { type Moments, momentsOf, type TimeSpan } from '../../live/time-span.ts'
import type { AlertView, CommandView, MarkView, RuleKind } from '../../live/views.ts'
import type { FeedDeps } from './deps.ts'

/** More marks than these hide the lines. */
const MOST = 40
/** Orders of one kind by one person so close together are one deed: 44 tasks revoked at once. */
const ONE_DEED_MS = 2_000

/** What marks are about. */
export interface MarkScope {
  /** `kind` of its rule; null where that is gone. */
  readonly alert: (alert: AlertView, kind: RuleKind | null) => boolean
  readonly deed: (command: CommandView) => boolean
}

const EVERYTHING: MarkScope = { alert: () => true, deed: () => true }
const ABOUT_QUEUES: ReadonlySet<RuleKind | null> = new Set(['queue-length', 'oldest-message', null])

/** Alerts of this queue, and what people did to it and to the workers that take from it. */
export function queueScope(queue: string, workers: readonly string[]): MarkScope {
  return {
    alert: ({ subject }, kind) => subject === queue && ABOUT_QUEUES.has(kind),
    deed: ({ action, targets }) =>
      (action.startsWith('queue.') && targets.includes(queue)) ||
      (action.startsWith('worker.') && targets.some((target) => workers.includes(target))),
  }
}

/** Oldest first; the newest where there are too many. */
export function marksOf(
  { alerts, commands }: Pick<FeedDeps, 'alerts' | 'commands'>,
  range: TimeSpan,
  nowMs: number,
  scope: MarkScope = EVERYTHING,
) {
  const within = momentsOf(range, nowMs)
  const { active, history, rules } = alerts.view()
  const kinds = new Map(rules.map(({ name, kind }) => [name, kind]))
  const told = [...active.filter(({ state }) => state !== 'pending'), ...history]
  const marks = [
    ...told.filter((alert) => scope.alert(alert, kinds.get(alert.rule) ?? null)).flatMap(ofAlert),
    ...deeds(commands.list().filter(scope.deed), within),
  ]
  return marks
    .filter(({ atMs }) => atMs >= within.fromMs && atMs <= within.toMs)
    .sort((a, b) => a.atMs - b.atMs)
    .slice(-MOST)
}

function ofAlert({ rule, subject, sinceMs, resolvedMs }: AlertView): MarkView[] {
  // Not its text: that follows the numbers while it fires.
  const text = subject === '' || subject === rule ? rule : `${rule}, ${subject}`
  const began: MarkView = { atMs: sinceMs, kind: 'alert', text }
  return resolvedMs === null ? [began] : [began, { atMs: resolvedMs, kind: 'resolved', text }]
}

/** `commands` are newest first. */
function deeds(commands: readonly CommandView[], { fromMs }: Moments): MarkView[] {
  const marks: MarkView[] = []
  let first: CommandView | null = null
  let more = 0
  const close = () => {
    if (first === null) return
    const who = first.who === 'anonymous' ? '' : ` (${first.who})`
    const others = more === 0 ? '' : ` and ${more} more`
    marks.push({ atMs: first.atMs, kind: 'action', text: `${first.summary}${others}${who}` })
  }
  for (const command of commands) {
    if (command.atMs < fromMs) break
    const isSame: boolean =
      first !== null &&
      first.action === command.action &&
      first.who === command.who &&
      first.atMs - command.atMs < ONE_DEED_MS
    if (isSame) more++
    else {
      close()
      first = command
      more = 0
    }
  }
  close()
  return marks
}
