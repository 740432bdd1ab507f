import type { AlertView } from '../../lib/live/views.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { Empty } from '../ui/empty.tsx'
import { formatSeconds } from '../ui/format.ts'
import { Ago, Unknown } from '../ui/numbers.tsx'
import { Panel } from '../ui/panel.tsx'
import { AlertStateMark } from './alert-state.tsx'
import { NotificationLine } from './notification-line.tsx'
import { latestByChannel } from './notification-text.ts'

const COLUMNS: readonly Column<AlertView>[] = [
  { id: 'state', head: 'State', className: 'md:w-28', cell: (alert) => <AlertStateMark state={alert.state} /> },
  {
    id: 'what',
    head: 'What',
    cell: (alert) => (
      <span className="flex min-w-0 flex-col py-1">
        <span className="break-words text-fg">{alert.text}</span>
        <span className="text-fg-3 text-xs">{alert.rule}</span>
      </span>
    ),
  },
  {
    id: 'since',
    head: 'Began',
    align: 'right',
    first: 'down',
    className: 'md:w-32 whitespace-nowrap',
    sort: (alert) => alert.sinceMs,
    cell: (alert) => <Ago ms={alert.sinceMs} />,
  },
  {
    id: 'lasted',
    head: 'Lasted',
    align: 'right',
    first: 'down',
    className: 'md:w-28 whitespace-nowrap',
    sort: (alert) => (alert.resolvedMs === null ? null : alert.resolvedMs - alert.sinceMs),
    cell: (alert) =>
      alert.resolvedMs === null ? (
        <Unknown reason="It did not end by itself" />
      ) : (
        formatSeconds(alert.resolvedMs - alert.sinceMs)
      ),
  },
  {
    id: 'told',
    head: 'Told',
    className: 'max-w-80 max-lg:hidden',
    cell: (alert) =>
      alert.notifications.length === 0 ? (
        <span className="text-fg-3">nobody</span>
      ) : (
        <span className="flex flex-col py-1">
          {latestByChannel(alert.notifications).map((notification) => (
            <NotificationLine key={notification.id} notification={notification} />
          ))}
        </span>
      ),
  },
]

/** Alerts that ended, newest first. */
export function AlertHistory({ history }: { readonly history: readonly AlertView[] }) {
  if (history.length === 0) return <Empty title="No alert has fired yet">What fires and ends is kept here.</Empty>
  return (
    <Panel cards>
      <DataTable<AlertView> label="Alerts that ended" rows={history} columns={COLUMNS} rowKey={(alert) => alert.id} />
    </Panel>
  )
}
