'use client'

import { RANGES, type Range } from '../../lib/live/topic.ts'
import { cx } from '../ui/cx.ts'
import { useUrlParam } from '../ui/use-url-param.ts'
import { RANGE_WORDS } from './range-words.ts'

const DEFAULT: Range = '1h'

/** The page's one range, from its address. */
export function useRange(): readonly [Range, (range: Range) => void] {
  return useUrlParam('range', RANGES, DEFAULT)
}

export function RangePicker({ className }: { readonly className?: string }) {
  const [range, choose] = useRange()
  return (
    <fieldset
      className={cx(
        'inline-flex h-control shrink-0 items-stretch overflow-hidden rounded-md border border-line',
        className,
      )}
    >
      <legend className="sr-only">Time range</legend>
      {RANGES.map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={one === range}
          title={`The last ${RANGE_WORDS[one]}`}
          className={cx(
            'ring-inside min-w-10 border-line border-l px-2 text-xs first:border-l-0',
            one === range ? 'bg-selected font-medium text-fg' : 'text-fg-2 hover:bg-hover hover:text-fg',
          )}
          onClick={() => choose(one)}
        >
          {one.replace('m', ' m').replace('h', ' h')}
        </button>
      ))}
    </fieldset>
  )
}
