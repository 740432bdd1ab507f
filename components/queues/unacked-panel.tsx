'use client'

import { RefreshCw } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { QueueMessage, UnackedMessage } from '../../lib/live/http.ts'
import { Button } from '../ui/button.tsx'
import { Callout } from '../ui/callout.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { formatTime, plural, shortWorker } from '../ui/format.ts'
import { Ago, Unknown } from '../ui/numbers.tsx'
import { Panel } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { messageColumns } from './message-columns.tsx'
import { MessageDialog } from './message-dialog.tsx'
import { useUnacked } from './use-unacked.ts'

/** What workers took from a queue and have not acknowledged: in hand, held for its time, or left by a worker that died. */
export function UnackedPanel({ queue }: { readonly queue: string }) {
  const { data, error, busy, refresh } = useUnacked(queue)
  const [open, setOpen] = useState<QueueMessage | null>(null)
  const columns = useMemo(() => unackedColumns(setOpen), [])
  return (
    <Panel
      cards
      title="Taken, not acknowledged"
      note={data === null ? undefined : noteOf(data)}
      aside={
        <Button variant="quiet" icon={RefreshCw} busy={busy && data !== null} onClick={refresh}>
          Read again
        </Button>
      }
    >
      {error !== null && (
        <div className="p-3">
          <Callout level="bad" title="The messages could not be read.">
            {error}
          </Callout>
        </div>
      )}
      {data === null && error === null && <Skeleton rows={6} />}
      {data !== null && (
        <DataTable<UnackedMessage>
          label={`Messages taken from ${queue}`}
          rows={data.messages}
          columns={columns}
          rowKey={keyOf}
          empty={
            <p className="px-cell-x pt-1 pb-4 text-fg-3 text-sm">
              Nothing of this queue was in hand at {formatTime(data.asOfMs)}.
            </p>
          }
        />
      )}
      {open !== null && <MessageDialog message={open} onClose={() => setOpen(null)} />}
    </Panel>
  )
}

const SHOWN = ['task', 'arguments', 'id', 'eta', 'retries', 'size']

function unackedColumns(onOpen: (message: QueueMessage) => void): readonly Column<UnackedMessage>[] {
  const shared = messageColumns(onOpen).filter((column) => SHOWN.includes(column.id))
  const [task, ...others] = shared.map(
    ({ cell, sort: _, ...rest }): Column<UnackedMessage> => ({ ...rest, cell: (row) => cell(row.message) }),
  )
  const worker: Column<UnackedMessage> = {
    id: 'worker',
    head: 'Worker',
    className: 'whitespace-nowrap',
    tip: 'By the events of the task; the broker does not tell',
    cell: ({ worker }) =>
      worker === null ? (
        <Unknown reason="No event told who has it" />
      ) : (
        <span data-tip={worker}>{shortWorker(worker)}</span>
      ),
  }
  const taken: Column<UnackedMessage> = {
    id: 'taken',
    head: 'Taken',
    align: 'right',
    className: 'whitespace-nowrap',
    tip: 'When it was taken; a worker that renews what it holds moves this on',
    cell: ({ takenMs }) => <Ago ms={takenMs} />,
  }
  return task === undefined ? [] : [task, ...others, worker, taken]
}

function noteOf({ messages, isWhole, asOfMs }: { messages: readonly unknown[]; isWhole: boolean; asOfMs: number }) {
  const shown = isWhole ? plural(messages.length, 'message') : `the first ${messages.length}`
  return `${shown}, the longest taken first, as of ${formatTime(asOfMs)}`
}

const keyOf = ({ message }: UnackedMessage) => `${message.position} ${message.id}`
