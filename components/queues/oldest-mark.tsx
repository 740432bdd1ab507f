import type { QueueRowView } from '../../lib/live/views.ts'
import { Since, Unknown } from '../ui/numbers.tsx'

type Props = Pick<QueueRowView, 'oldest' | 'waiting'>

const SIGNS = { told: '', reckoned: '≈ ', 'at-least': '≥ ' } as const
const WORDS = {
  told: 'As its task-sent event told',
  reckoned: 'Reckoned from what waited and what workers took',
  'at-least': 'It was there when Umbel first looked: it may be older',
} as const

/** How long the oldest message of a queue has waited. */
export function OldestMark({ oldest, waiting }: Props) {
  if (oldest !== null) {
    return (
      <span className="whitespace-nowrap" data-tip={WORDS[oldest.how]}>
        {SIGNS[oldest.how]}
        <Since sinceMs={oldest.sinceMs} />
      </span>
    )
  }
  return <Unknown reason={waiting === 0 ? 'Nothing waits' : 'No event tells the queue: task_send_sent_event would'} />
}
