import { TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { QueueRowView } from '../../lib/live/views.ts'
import { RangePicker } from '../charts/range-picker.tsx'
import { Count, Rate } from '../ui/numbers.tsx'
import { OldestMark } from './oldest-mark.tsx'
import { OutlookMark } from './outlook-mark.tsx'
import { type QueueRow, toQueueRow } from './queue-row.model.ts'
import { queueSentence } from './queue-sentence.ts'

/** Where a queue goes, in a sentence and in figures. */
export function QueueHead({ queue }: { readonly queue: QueueRowView }) {
  const row = toQueueRow(queue, [])
  const isBad = row.isFiring || row.isOverLimit || row.isOrphaned || row.error !== null
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <p className="flex min-w-60 max-w-4xl flex-1 items-start gap-2 text-base">
        {isBad && (
          <TriangleAlert size={16} strokeWidth={1.75} className="mt-[3px] shrink-0 text-bad" aria-label="Problem" />
        )}
        {queueSentence(queue)}
      </p>
      <RangePicker className="md:hidden" />
      <Facts row={row} />
    </div>
  )
}

function Facts({ row }: { readonly row: QueueRow }) {
  return (
    <dl className="flex w-full flex-wrap gap-x-6 gap-y-2 text-sm">
      <Fact name="Waiting">
        <Count value={row.waiting} unknown={row.error ?? 'Not read yet'} />
      </Fact>
      {row.priorities !== null && (
        <Fact name="By priority">{row.priorities.replaceAll('\n', ', ').replaceAll('priority ', '')}</Fact>
      )}
      <Fact name="Oldest">
        <OldestMark oldest={row.oldest} waiting={row.waiting} />
      </Fact>
      <Fact name="Unacked">
        <Count value={row.unacked} unknown="The broker does not tell it per queue" />
      </Fact>
      <Fact name="In">
        <Rate perSecond={row.inPerSecond} />
      </Fact>
      <Fact name="Out">
        <Rate perSecond={row.outPerSecond} />
      </Fact>
      <Fact name="Empty in">
        <OutlookMark outlook={row.outlook} />
      </Fact>
      {row.limit !== null && (
        <Fact name="Limit">
          <Count value={row.limit} />
        </Fact>
      )}
    </dl>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt className="text-2xs text-fg-3">{name}</dt>
      <dd className="font-medium">{children}</dd>
    </div>
  )
}
