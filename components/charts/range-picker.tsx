'use client'

import { RANGES } from '../../lib/live/time-span.ts'
import { cx } from '../ui/cx.ts'
import { RANGE_WORDS } from './range-words.ts'
import { TimeFields } from './time-fields.tsx'
import { chooseSpan, useSpan, useSpanInAddress } from './use-span.ts'

/** The page's one span of time: a range up to now, or two moments. */
export function RangePicker({ className }: { readonly className?: string }) {
  const { span } = useSpan()
  useSpanInAddress()
  return (
    <div className={cx('flex shrink-0 gap-1', className)}>
      <fieldset className="inline-flex h-control items-stretch overflow-hidden rounded-md border border-line">
        <legend className="sr-only">Time range</legend>
        {RANGES.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={one === span}
            title={`The last ${RANGE_WORDS[one]}`}
            className={cx(
              'ring-inside min-w-10 border-line border-l px-2 text-xs first:border-l-0',
              one === span ? 'bg-selected font-medium text-fg' : 'text-fg-2 hover:bg-hover hover:text-fg',
            )}
            onClick={() => chooseSpan(one)}
          >
            {one.replace('m', ' m').replace('h', ' h')}
          </button>
        ))}
      </fieldset>
      <TimeFields span={span} onChoose={chooseSpan} />
    </div>
  )
}
