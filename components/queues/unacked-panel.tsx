'use client'

import { useMemo, useState } from 'react'
import type { QueueMessage, UnackedMessage, UnackedMessages } from '../../lib/live/http.ts'
import { useAnswer } from '../live/use-answer.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { formatTime, plural, shortWorker } from '../ui/format.ts'
import { Ago, Unknown } from '../ui/numbers.tsx'
import { messageColumns } from './message-columns.tsx'
import { MessageDialog } from './message-dialog.tsx'
import { queueAddress } from './queue-address.ts'
import { NoRows, ReadPanel } from './read-panel.tsx'

const PAGE = 50

/** What workers took from a queue and have not acknowledged: in hand, held for its time, or left by a worker that died. */
export function UnackedPanel({ queue }: { readonly queue: string }) {
  const answer = useAnswer<UnackedMessages>(queueAddress(queue, 'unacked', { limit: PAGE }))
  const [open, setOpen] = useState<QueueMessage | null>(null)
  const columns = useMemo(() => unackedColumns(setOpen), [])
  return (
    <ReadPanel title="Taken, not acknowledged" answer={answer} note={noteOf}>
      {(data) => (
        <>
          <DataTable<UnackedMessage>
            label={`Messages taken from ${queue}`}
            rows={data.messages}
            columns={columns}
            rowKey={keyOf}
            empty={<NoRows>Nothing of this queue was in hand at {formatTime(data.asOfMs)}.</NoRows>}
          />
          {open !== null && <MessageDialog message={open} onClose={() => setOpen(null)} />}
        </>
      )}
    </ReadPanel>
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

function noteOf({ messages, isWhole, asOfMs }: UnackedMessages): string {
  const shown = isWhole ? plural(messages.length, 'message') : `the first ${messages.length}`
  return `${shown}, the longest taken first, as of ${formatTime(asOfMs)}`
}

const keyOf = ({ message }: UnackedMessage) => `${message.position} ${message.id}`
