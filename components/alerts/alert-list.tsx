import type { AlertView, RuleView } from '../../lib/live/views.ts'
import { queueHref } from '../queues/queue-columns.tsx'
import { Empty } from '../ui/empty.tsx'
import { formatCount, formatDuration, formatPercent } from '../ui/format.ts'
import { Link } from '../ui/link.tsx'
import { Ago, Since } from '../ui/numbers.tsx'
import { Panel } from '../ui/panel.tsx'
import { ForgetWorker } from '../workers/forget-worker.tsx'
import { workerHref } from '../workers/worker-columns.tsx'
import { AlertStateMark } from './alert-state.tsx'
import { NotificationLine } from './notification-line.tsx'
import { latestByChannel } from './notification-text.ts'
import { SilenceMenu } from './silence-menu.tsx'

type Props = {
  readonly alerts: readonly AlertView[]
  readonly rules: readonly RuleView[]
  readonly evaluatedMs: number | null
  readonly cannotAct: string | null
}

/** What fires, or is about to: what, how much, since when, and who was told. */
export function AlertList({ alerts, rules, evaluatedMs, cannotAct }: Props) {
  if (alerts.length === 0) {
    return (
      <Empty title="Nothing fires">
        {evaluatedMs === null ? (
          'The rules have not been judged yet.'
        ) : (
          <span>
            All rules were judged <Ago ms={evaluatedMs} />.
          </span>
        )}
      </Empty>
    )
  }
  return (
    <Panel flush>
      <ul>
        {alerts.map((alert) => (
          <Alert key={alert.id} alert={alert} kind={kindOf(alert, rules)} cannotAct={cannotAct} />
        ))}
      </ul>
    </Panel>
  )
}

function Alert({
  alert,
  kind,
  cannotAct,
}: {
  readonly alert: AlertView
  readonly kind: RuleView['kind'] | null
  readonly cannotAct: string | null
}) {
  const href = subjectHref(alert, kind)
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-1 border-line/60 border-b px-cell-x py-2.5 last:border-b-0">
      <span className="w-36 shrink-0">
        <AlertStateMark state={alert.state} silenced={alert.silenced} />
      </span>
      <div className="flex min-w-60 flex-1 flex-col gap-0.5">
        <p className="break-words text-base text-fg">
          {href === null ? (
            alert.text
          ) : (
            <Link href={href} className="hover:underline">
              {alert.text}
            </Link>
          )}
        </p>
        <p className="text-fg-3 text-xs">
          {alert.rule} · for <Since sinceMs={alert.sinceMs} />
          {alert.value !== null &&
            alert.limit !== null &&
            ` · now ${written(alert.value, kind)}, limit ${written(alert.limit, kind)}`}
        </p>
        {latestByChannel(alert.notifications).map((notification) => (
          <NotificationLine key={notification.id} notification={notification} />
        ))}
        {alert.notifications.length === 0 && alert.state === 'firing' && (
          <span className="text-fg-3 text-xs">
            {alert.silenced ? 'Silenced: nobody is told.' : 'The rule has no channel: nobody was told.'}
          </span>
        )}
      </div>
      {kind === 'worker-offline' && alert.state === 'firing' && (
        <ForgetWorker name={alert.subject} variant="quiet" cannotAct={cannotAct} />
      )}
      <SilenceMenu rule={alert.rule} isSilenced={alert.silenced} cannotAct={cannotAct} />
    </li>
  )
}

export function kindOf(alert: AlertView, rules: readonly RuleView[]): RuleView['kind'] | null {
  return rules.find((rule) => rule.name === alert.rule)?.kind ?? null
}

/** Values of a failure rate are shares, of an age seconds. */
export function written(value: number, kind: RuleView['kind'] | null): string {
  if (kind === 'oldest-message') return formatDuration(value * 1_000)
  return kind === 'failure-rate' ? formatPercent(value) : formatCount(value)
}

function subjectHref(alert: AlertView, kind: RuleView['kind'] | null): string | null {
  if (kind === 'queue-length' || kind === 'oldest-message') return queueHref(alert.subject)
  if (kind === 'worker-offline') return workerHref(alert.subject)
  return kind === 'failure-rate' ? '/tasks?q=state%3Afailed' : null
}
