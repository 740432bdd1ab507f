import type { ScheduleRowView } from '../../lib/live/schedule-views.ts'
import { serverNow } from '../ui/clock.ts'
import { otherZone } from './zone-time.ts'

/** When an entry runs, in words; with its zone where that is not the viewer's. */
export function When({ row }: { readonly row: ScheduleRowView }) {
  // A crontab with a zone of its own has it in its words.
  const isTold = row.expression === '' || row.when.endsWith(`(${row.zone})`)
  const other = isTold ? null : otherZone(row.zone, row.expression, row.nextMs ?? serverNow())
  return (
    <span data-tip={row.expression === '' ? undefined : `${row.expression}\n${row.zone}`}>
      {row.when}
      {other !== null && <span className="font-normal text-fg-3">{` (${other})`}</span>}
    </span>
  )
}
