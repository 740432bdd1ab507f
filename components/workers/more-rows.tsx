'use client'

import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { formatCount } from '../ui/format.ts'

const STEP = 100

export type ShownRows<Row> = {
  readonly rows: readonly Row[]
  /** Rows that are there and not shown yet. */
  readonly hidden: number
  readonly showMore: () => void
}

/** The first hundred rows of a list, and more of them by the hundred. */
export function useMoreRows<Row>(all: readonly Row[]): ShownRows<Row> {
  const [most, setMost] = useState(STEP)
  return {
    rows: all.length <= most ? all : all.slice(0, most),
    hidden: Math.max(0, all.length - most),
    showMore: () => setMost(most + STEP),
  }
}

/** The way to the rest of a list; nothing when all of it is shown. `total` is how many the worker told of. */
export function MoreRows({ more, total }: { readonly more: ShownRows<unknown>; readonly total: number }) {
  const { rows, hidden, showMore } = more
  if (hidden === 0 && rows.length >= total) return null
  return (
    <p className="flex items-center gap-3 px-cell-x py-2 text-fg-3 text-sm">
      {`${formatCount(rows.length)} of ${formatCount(total)} shown.`}
      {hidden > 0 && (
        <Button variant="quiet" onClick={showMore}>
          {`Show ${formatCount(Math.min(STEP, hidden))} more`}
        </Button>
      )}
    </p>
  )
}
