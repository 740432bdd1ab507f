'use client'

import { Plus } from 'lucide-react'
import { useState } from 'react'
import type { ActiveQueueView, WorkerView } from '../../lib/live/views.ts'
import { useAction } from '../live/use-action.ts'
import { queueHref } from '../queues/queue-columns.tsx'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { Field } from '../ui/field.tsx'
import { shortWorker } from '../ui/format.ts'
import { Input } from '../ui/input.tsx'
import { Link } from '../ui/link.tsx'
import { Panel } from '../ui/panel.tsx'

type Props = {
  readonly worker: string
  readonly view: WorkerView
  readonly empty: string
  readonly cannotAct: string | null
}

const LASTS = 'It lasts until the worker restarts; then its own queues count again.'

/** The queues that a worker takes from: one more, or one less. */
export function WorkerQueues({ worker, view, empty, cannotAct }: Props) {
  const [adds, setAdds] = useState(false)
  const [cancels, setCancels] = useState<string | null>(null)
  return (
    <Panel
      cards
      title="Queues"
      aside={
        <Button icon={Plus} disabledReason={cannotAct} onClick={() => setAdds(true)}>
          Take from…
        </Button>
      }
    >
      <DataTable<ActiveQueueView>
        label="Queues that this worker takes from"
        rows={view.activeQueues}
        columns={[...COLUMNS, actions(cannotAct, setCancels)]}
        rowKey={(queue) => queue.name}
        href={(queue) => queueHref(queue.name)}
        empty={<p className="px-cell-x py-4 text-fg-3 text-sm">{empty}</p>}
      />
      {adds && <AddQueue worker={worker} onClose={() => setAdds(false)} />}
      {cancels !== null && (
        <CancelQueue
          worker={worker}
          queue={cancels}
          isLast={view.activeQueues.length === 1}
          onClose={() => setCancels(null)}
        />
      )}
    </Panel>
  )
}

const COLUMNS: readonly Column<ActiveQueueView>[] = [
  {
    id: 'name',
    head: 'Queue',
    sort: (queue) => queue.name,
    cell: (queue) => (
      <Link href={queueHref(queue.name)} className="font-medium hover:underline">
        {queue.name}
      </Link>
    ),
  },
  { id: 'exchange', head: 'Exchange', cell: (queue) => queue.exchange || '–' },
  { id: 'routing', head: 'Routing key', cell: (queue) => queue.routingKey || '–' },
  { id: 'alias', head: 'Alias', className: 'max-lg:hidden max-md:inline', cell: (queue) => queue.alias || '–' },
  {
    id: 'declared',
    head: 'Declared as',
    tip: 'How the worker declares the queue; Redis heeds none of it',
    cell: (queue) => declaredAs(queue) || '–',
  },
  {
    id: 'arguments',
    head: 'Arguments',
    tip: 'Of the queue, and of its binding',
    className: 'md:w-48 md:max-w-48',
    cell: (queue) => {
      const text = [queue.queueArguments, queue.bindingArguments && `binding ${queue.bindingArguments}`]
        .filter((part) => part !== '')
        .join(' · ')
      return (
        <span className="block truncate font-mono text-xs" data-tip={text || undefined}>
          {text || '–'}
        </span>
      )
    },
  },
]

function declaredAs({ durable, exclusive, autoDelete, noAck }: ActiveQueueView): string {
  return [
    durable === true ? 'durable' : durable === false ? 'transient' : '',
    exclusive === true ? 'exclusive' : '',
    autoDelete === true ? 'auto delete' : '',
    noAck === true ? 'no ack' : '',
  ]
    .filter((word) => word !== '')
    .join(', ')
}

function actions(cannotAct: string | null, cancel: (queue: string) => void): Column<ActiveQueueView> {
  return {
    id: 'actions',
    head: 'Actions',
    align: 'right',
    className: 'md:w-24',
    cell: (queue) => (
      <Button variant="quiet" disabledReason={cannotAct} onClick={() => cancel(queue.name)}>
        Cancel…
      </Button>
    ),
  }
}

function AddQueue({ worker, onClose }: { readonly worker: string; readonly onClose: () => void }) {
  const action = useAction()
  const [text, setText] = useState('')
  const queue = text.trim()
  return (
    <Confirm
      open
      onClose={onClose}
      level={1}
      title={`Let ${shortWorker(worker)} take from another queue`}
      verb={queue === '' ? 'Take from it' : `Take from ${queue}`}
      disabledReason={queue === '' ? 'Enter the name of a queue' : null}
      facts={['A queue that is not there yet is made.', LASTS]}
      onConfirm={() => action.run('worker.add-consumer', { worker, queue })}
    >
      <Field label="Queue">
        {(field) => <Input {...field} data-autofocus value={text} onChange={(event) => setText(event.target.value)} />}
      </Field>
    </Confirm>
  )
}

type CancelProps = {
  readonly worker: string
  readonly queue: string
  readonly isLast: boolean
  readonly onClose: () => void
}

function CancelQueue({ worker, queue, isLast, onClose }: CancelProps) {
  const action = useAction()
  return (
    <Confirm
      open
      onClose={onClose}
      level={2}
      danger
      title={`Let ${shortWorker(worker)} take no more from ${queue}?`}
      verb="Cancel 1 queue"
      facts={[
        'What it has taken already it still runs.',
        ...(isLast ? ['It is the last queue of this worker: after that it has nothing to do.'] : []),
        LASTS,
      ]}
      onConfirm={() => action.run('worker.cancel-consumer', { worker, queue })}
    />
  )
}
