'use client'

import { ChevronFirst, ChevronLast, ChevronLeft, ChevronRight } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useMemo, useState } from 'react'
import type { QueueMessages as Messages, QueueMessage } from '../../lib/live/http.ts'
import { SearchBox } from '../list/search-box.tsx'
import { useAnswer } from '../live/use-answer.ts'
import { useMe } from '../live/use-me.ts'
import { DataTable } from '../ui/data-table.tsx'
import { formatCount, formatTime, plural } from '../ui/format.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { waitingColumns } from './message-columns.tsx'
import { queueAddress } from './queue-address.ts'
import { NoRows, ReadPanel } from './read-panel.tsx'

const DeleteMessage = dynamic(() => import('./delete-message.tsx').then((part) => part.DeleteMessage), { ssr: false })
const MessageDialog = dynamic(() => import('./message-dialog.tsx').then((part) => part.MessageDialog), { ssr: false })

const PAGE = 50

/** What waits in a queue, read without taking it: a page at a time, or what of its beginning contains some words. */
export function QueueMessages({ queue }: { readonly queue: string }) {
  const [offset, setOffset] = useState(0)
  const [text, setText] = useState('')
  const query = { offset, limit: PAGE, ...(text !== '' && { q: text }) }
  const answer = useAnswer<Messages>(queueAddress(queue, 'messages', query))
  const [open, setOpen] = useState<QueueMessage | null>(null)
  const [asked, setAsked] = useState<QueueMessage | null>(null)
  const { cannotAct } = useMe()
  const columns = useMemo(() => waitingColumns({ onOpen: setOpen, onDelete: setAsked, cannotAct }), [cannotAct])
  const { data } = answer
  const isUsed = text !== '' || offset > 0 || (data?.total ?? 0) > 1
  return (
    <ReadPanel
      title="Waiting messages"
      answer={answer}
      note={noteOf}
      aside={data !== null && <Pager total={data.filtered?.found ?? data.total} offset={offset} onGo={setOffset} />}
      tools={
        isUsed && (
          <SearchBox
            className="mx-cell-x my-2 max-md:mx-0"
            label="Search the waiting messages"
            placeholder="Task, argument, id…"
            value={text}
            onChange={(next) => {
              setOffset(0)
              setText(next)
            }}
          />
        )
      }
    >
      {(shown) => (
        <>
          <DataTable
            label={`Messages that wait in ${queue}`}
            rows={shown.messages}
            columns={columns}
            rowKey={positionOf}
            empty={<NoRows>{emptyText(shown, text)}</NoRows>}
          />
          {open !== null && <MessageDialog message={open} onClose={() => setOpen(null)} />}
          {asked !== null && (
            <DeleteMessage queue={queue} message={asked} onDone={answer.refresh} onClose={() => setAsked(null)} />
          )}
        </>
      )}
    </ReadPanel>
  )
}

type PagerProps = {
  readonly total: number
  readonly offset: number
  readonly onGo: (offset: number) => void
}

function Pager({ total, offset, onGo }: PagerProps) {
  if (total <= PAGE && offset === 0) return null
  const last = Math.max(0, total - PAGE)
  const atHead = offset === 0 ? 'This is the head of the line' : null
  const atEnd = offset >= last ? 'This is the end of the line' : null
  return (
    <>
      <IconButton icon={ChevronFirst} label="To the head of the line" disabledReason={atHead} onClick={() => onGo(0)} />
      <IconButton
        icon={ChevronLeft}
        label="Earlier in the line"
        disabledReason={atHead}
        onClick={() => onGo(Math.max(0, offset - PAGE))}
      />
      <IconButton
        icon={ChevronRight}
        label="Later in the line"
        disabledReason={atEnd}
        onClick={() => onGo(Math.min(last, offset + PAGE))}
      />
      <IconButton icon={ChevronLast} label="To the end of the line" disabledReason={atEnd} onClick={() => onGo(last)} />
    </>
  )
}

function noteOf({ filtered, messages, total, asOfMs }: Messages): string {
  const asOf = `as of ${formatTime(asOfMs)}`
  if (filtered !== null) {
    const among =
      filtered.scanned < total ? `in the first ${formatCount(filtered.scanned)}` : `in all ${formatCount(total)}`
    return `${formatCount(filtered.found)} found ${among}, ${asOf}`
  }
  const first = messages[0]
  const last = messages.at(-1)
  if (first === undefined || last === undefined) return asOf
  return `${formatCount(first.position + 1)} to ${formatCount(last.position + 1)} of ${formatCount(total)}, ${asOf}; the next to be taken first`
}

function emptyText({ filtered, asOfMs }: Messages, text: string): string {
  if (filtered === null) return `Nothing waited at ${formatTime(asOfMs)}.`
  return `Nothing of the first ${plural(filtered.scanned, 'message')} contains “${text}”.`
}

const positionOf = (message: QueueMessage) => String(message.position)
