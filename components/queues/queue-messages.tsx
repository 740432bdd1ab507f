'use client'

import { ChevronLeft, ChevronRight, RefreshCw } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { QueueMessages as Messages, QueueMessage } from '../../lib/live/http.ts'
import { Button } from '../ui/button.tsx'
import { Callout } from '../ui/callout.tsx'
import { DataTable } from '../ui/data-table.tsx'
import { formatCount, formatTime } from '../ui/format.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { Panel } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { messageColumns } from './message-columns.tsx'
import { MessageDialog } from './message-dialog.tsx'
import { MESSAGES_PAGE, type Peek, useQueueMessages } from './use-queue-messages.ts'

/** What waits in a queue, read without taking it. */
export function QueueMessages({ queue }: { readonly queue: string }) {
  const peek = useQueueMessages(queue)
  const [open, setOpen] = useState<QueueMessage | null>(null)
  const columns = useMemo(() => messageColumns(setOpen), [])
  const { data } = peek
  return (
    <Panel
      cards
      title="Waiting messages"
      note={data === null ? undefined : pageNote(data)}
      aside={
        <>
          <Pager peek={peek} />
          <Button variant="quiet" icon={RefreshCw} busy={peek.busy && data !== null} onClick={peek.refresh}>
            Read again
          </Button>
        </>
      }
    >
      {peek.error !== null && (
        <div className="p-3">
          <Callout level="bad" title="The messages could not be read.">
            {peek.error}
          </Callout>
        </div>
      )}
      {data === null && peek.error === null && <Skeleton rows={6} />}
      {data !== null && (
        <DataTable
          label={`Messages that wait in ${queue}`}
          rows={data.messages}
          columns={columns}
          rowKey={positionOf}
          empty={<p className="px-cell-x pt-1 pb-4 text-fg-3 text-sm">Nothing waited at {formatTime(data.asOfMs)}.</p>}
        />
      )}
      {open !== null && <MessageDialog message={open} onClose={() => setOpen(null)} />}
    </Panel>
  )
}

function Pager({ peek }: { readonly peek: Peek }) {
  const total = peek.data?.total ?? 0
  if (total <= MESSAGES_PAGE && peek.offset === 0) return null
  return (
    <>
      <IconButton
        icon={ChevronLeft}
        label="Earlier in the line"
        disabledReason={peek.offset === 0 ? 'This is the head of the line' : null}
        onClick={() => peek.goTo(Math.max(0, peek.offset - MESSAGES_PAGE))}
      />
      <IconButton
        icon={ChevronRight}
        label="Later in the line"
        disabledReason={peek.offset + MESSAGES_PAGE >= total ? 'This is the end of the line' : null}
        onClick={() => peek.goTo(peek.offset + MESSAGES_PAGE)}
      />
    </>
  )
}

function pageNote(data: Messages): string {
  const asOf = `as of ${formatTime(data.asOfMs)}`
  const first = data.messages[0]
  const last = data.messages.at(-1)
  if (first === undefined || last === undefined) return asOf
  return `${formatCount(first.position + 1)} to ${formatCount(last.position + 1)} of ${formatCount(data.total)}, ${asOf}; the next to be taken first`
}

const positionOf = (message: QueueMessage) => String(message.position)
