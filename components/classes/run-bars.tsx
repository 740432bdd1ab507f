import type { RunBinView } from '../../lib/live/class-views.ts'
import { spanParams } from '../../lib/live/time-span.ts'
import { useSpan } from '../charts/use-span.ts'
import { cx } from '../ui/cx.ts'
import { formatShortCount, plural } from '../ui/format.ts'
import { Link } from '../ui/link.tsx'
import { classTasksHref } from './class-tasks-href.ts'
import { binTerms, binWords, formatEdge } from './run-bars.model.ts'

/** So many names of bins have room below the bars. */
const NAMED = 6
/** Percent of the height; the rest is for the number above. */
const HIGHEST = 86

/** Runs by how long they took; a bar is the way to its tasks. */
export function RunBars({ name, bins }: { readonly name: string; readonly bins: readonly RunBinView[] }) {
  const { span } = useSpan()
  if (bins.length === 0) return <p className="text-fg-3 text-sm">No run of this class ended in this time.</p>
  const query = new URLSearchParams(spanParams(span)).toString()
  const most = Math.max(...bins.map(({ count }) => count))
  const step = Math.ceil(bins.length / NAMED)
  return (
    <ol className="flex h-44 gap-px" aria-label="Runs by how long they took">
      {bins.map((bin, i) => (
        <li key={bin.fromMs} className="relative flex min-w-0 max-w-24 flex-1 flex-col justify-end pb-5">
          <Bar bin={bin} most={most} href={classTasksHref(name, { terms: binTerms(bin), span: query })} />
          {i % step === 0 && (
            <span aria-hidden className="absolute bottom-0 left-0 whitespace-nowrap text-2xs text-fg-3">
              {bin.fromMs === 0 ? '0' : formatEdge(bin.fromMs)}
            </span>
          )}
        </li>
      ))}
    </ol>
  )
}

type BarProps = { readonly bin: RunBinView; readonly most: number; readonly href: string }

function Bar({ bin, most, href }: BarProps) {
  const words = `${binWords(bin)}: ${plural(bin.count, 'run')}`
  const bar = (
    <>
      <span aria-hidden className="block truncate text-center text-2xs text-fg-3 max-md:hidden">
        {bin.count === 0 ? '' : formatShortCount(bin.count)}
      </span>
      <span
        aria-hidden
        className={cx('block shrink-0 rounded-t-sm', bin.count === 0 ? 'bg-line' : 'bg-chart-running')}
        style={{ height: bin.count === 0 ? 1 : `max(2px, ${(bin.count / most) * HIGHEST}%)` }}
      />
    </>
  )
  const look = 'ring-inside flex h-full flex-col justify-end'
  if (bin.count === 0) {
    return (
      <span className={look}>
        <span className="sr-only">{words}</span>
        {bar}
      </span>
    )
  }
  return (
    <Link href={href} className={cx(look, 'hover:bg-hover')} data-tip={words}>
      <span className="sr-only">{words}</span>
      {bar}
    </Link>
  )
}
