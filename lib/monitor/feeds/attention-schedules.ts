/** What is wrong with schedules: nobody sends them, several beats do, some are overdue (ux.md 2.1). */
import type { SchedulesView } from '../../live/schedule-views.ts'
import type { AlertsView, AttentionView, RuleKind } from '../../live/views.ts'
import { plural } from './words.ts'

/** The source of what is known from messages alone. */
const SEEN = 'seen'

/** An alert that fires for the same says it already. */
export function scheduleAttention({ sources, rows }: SchedulesView, alerts: AlertsView): AttentionView[] {
  const firing = firingKinds(alerts)
  const unsent = new Set<string>()
  const found: AttentionView[] = []
  for (const { name, beats, unsafe } of sources) {
    const isDown = beats.length > 0 && beats.every(({ state }) => state === 'down')
    if (isDown) unsent.add(name)
    if (isDown && !firing.has('beat-down')) {
      const ticks = beats.flatMap(({ lastTickMs }) => lastTickMs ?? [])
      found.push({
        id: `beat ${name}`,
        level: 'bad',
        text:
          name === SEEN
            ? 'The beat that sent periodic tasks is gone.'
            : `No beat is up that sends the schedules of ${name}.`,
        sinceMs: ticks.length === 0 ? null : Math.max(...ticks),
        href: '/schedules',
        deed: null,
      })
    }
    if (unsafe && !firing.has('two-beats')) {
      const text = `Several beats send the schedules of ${name}: every run may be sent more than once.`
      found.push({ id: `beats ${name}`, level: 'bad', text, sinceMs: null, href: '/schedules', deed: null })
    }
  }
  return firing.has('beat-missed') ? found : [...found, ...overdue(rows, unsent)]
}

/** Those of a source that nobody sends are told of by that. */
function overdue(rows: SchedulesView['rows'], unsent: ReadonlySet<string>): AttentionView[] {
  const late = rows.filter(({ overdueSinceMs, source }) => overdueSinceMs !== null && !unsent.has(source))
  const [first] = late
  if (first === undefined) return []
  const isOne = late.length === 1
  return [
    {
      id: 'schedules overdue',
      level: 'warn',
      text: isOne ? `Schedule ${first.name} is overdue.` : `${plural(late.length, 'schedule')} are overdue.`,
      sinceMs: Math.min(...late.map(({ overdueSinceMs }) => overdueSinceMs ?? Number.POSITIVE_INFINITY)),
      href: isOne ? hrefOf(first.id) : '/schedules?state=overdue',
      deed: null,
    },
  ]
}

/** `<source>/<name>`, where the name may hold anything. */
function hrefOf(id: string): string {
  const slash = id.indexOf('/')
  return `/schedule/${encodeURIComponent(id.slice(0, slash))}/${encodeURIComponent(id.slice(slash + 1))}`
}

function firingKinds({ active, rules }: AlertsView): ReadonlySet<RuleKind> {
  const firing = new Set(active.filter(({ state }) => state === 'firing').map(({ rule }) => rule))
  return new Set(rules.filter(({ name }) => firing.has(name)).map(({ kind }) => kind))
}
