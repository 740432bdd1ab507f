import type { MarkView } from '../../lib/live/views.ts'
import { formatTime } from '../ui/format.ts'
import type { ChartModel } from './chart-model.ts'

/** A mark is told by its shape and its words; its colour only repeats them. */
export const MARK_LOOKS: Readonly<
  Record<
    MarkView['kind'],
    { readonly sign: string; readonly word: string; readonly color: string; readonly dash: string }
  >
> = {
  alert: { sign: '▲', word: 'Alert', color: 'var(--bad)', dash: '' },
  resolved: { sign: '▽', word: 'Alert over', color: 'var(--fg-3)', dash: '3 2' },
  action: { sign: '◆', word: 'Done', color: 'var(--accent)', dash: '1 3' },
}

/** Words of the summary for who does not see the chart: the newest ones. */
const SUMMED = 3

/** Those that the chart shows, up to the end of its last bucket. */
export function marksInside(
  marks: readonly MarkView[],
  { window, bucketMs }: Pick<ChartModel, 'window' | 'bucketMs'>,
): readonly MarkView[] {
  return marks.filter(({ atMs }) => atMs >= window.fromMs && atMs < window.toMs + bucketMs)
}

/** Those that fall into the bucket that begins at `startMs`. */
export function marksAt(marks: readonly MarkView[], startMs: number, bucketMs: number): readonly MarkView[] {
  return marks.filter(({ atMs }) => atMs >= startMs && atMs < startMs + bucketMs)
}

/** "Alert: Late, high" */
export function markText({ kind, text }: MarkView): string {
  return `${MARK_LOOKS[kind].word}: ${text}`
}

/** "Marked: 13:52:10 Alert: Late, high." or nothing. */
export function marksSummary(marks: readonly MarkView[]): string {
  if (marks.length === 0) return ''
  const newest = marks.slice(-SUMMED).map((mark) => `${formatTime(mark.atMs)} ${markText(mark)}`)
  const more = marks.length - newest.length
  return ` Marked: ${newest.join('; ')}${more > 0 ? `; ${more} before` : ''}.`
}
