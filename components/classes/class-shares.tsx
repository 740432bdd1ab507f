import type { ReactNode } from 'react'
import type { ClassNumbersView, ClassShareView } from '../../lib/live/class-views.ts'
import { queueHref } from '../queues/queue-columns.tsx'
import { formatBytes, formatCount, plural } from '../ui/format.ts'
import { Link } from '../ui/link.tsx'
import { Panel } from '../ui/panel.tsx'
import { ClassName } from './class-name.tsx'
import { ShareBar } from './share-bar.tsx'

/** Through which queues its tasks come, and from whom. */
export function ClassShares({ numbers }: { readonly numbers: ClassNumbersView }) {
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Panel title="Queues">
        <Shares shares={numbers.queues} of={numbers.tasks} />
      </Panel>
      <Panel title="Sent by" note="tasks, else machines of programs">
        <Shares shares={numbers.callers} of={numbers.tasks} />
        <ArgumentSize size={numbers.arguments} />
      </Panel>
    </div>
  )
}

function ArgumentSize({ size }: { readonly size: ClassNumbersView['arguments'] }) {
  if (size === null) return null
  const { p95Bytes, atLeast, known } = size
  return (
    <p
      className="mt-3 border-line/60 border-t pt-2 text-fg-2 text-sm"
      data-tip={`As the text of the events has them, of ${plural(known, 'task')}${atLeast ? '; long ones are cut by Celery' : ''}`}
    >
      Arguments: size p95 {atLeast ? 'at least ' : ''}
      <span className="font-medium text-fg">{formatBytes(p95Bytes)}</span>
    </p>
  )
}

type SharesProps = { readonly shares: readonly ClassShareView[]; readonly of: number }

function Shares({ shares, of }: SharesProps) {
  if (shares.length === 0) return <p className="text-fg-3 text-sm">No task of this class came in this time.</p>
  return (
    <ul className="flex flex-col gap-1.5 text-sm">
      {shares.map((share) => (
        <li key={`${share.kind} ${share.name}`} className="flex items-center gap-3">
          <span className="flex min-w-0 flex-1">
            <Name share={share} />
          </span>
          <span className="text-fg-3 text-xs">{formatCount(share.count)}</span>
          <ShareBar share={of === 0 ? 0 : share.count / of} />
        </li>
      ))}
    </ul>
  )
}

function Name({ share }: { readonly share: ClassShareView }): ReactNode {
  const { name, kind } = share
  if (name === null) {
    return (
      <span
        className="text-fg-3"
        data-tip="Only events of sending tell it: task_send_sent_event = True switches them on"
      >
        not told
      </span>
    )
  }
  if (kind === 'task') return <ClassName name={name} />
  if (kind === 'client') return <span className="truncate">{name}</span>
  return (
    <Link href={queueHref(name)} className="truncate hover:underline">
      {name}
    </Link>
  )
}
