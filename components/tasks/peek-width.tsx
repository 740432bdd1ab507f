'use client'

import { type KeyboardEvent, type PointerEvent, useEffect, useState } from 'react'

const LEAST_PX = 480
const MOST_PX = 720
const STEP_PX = 24
const KEPT = 'umbel-peek-width'

/** The width of the panel beside the list, kept in the browser (ux.md 1). */
export function usePeekWidth(): readonly [number, (px: number) => void] {
  const [width, setWidth] = useState(LEAST_PX)
  useEffect(() => setWidth(within(Number(localStorage.getItem(KEPT)))), [])
  const change = (px: number) => {
    setWidth(within(px))
    localStorage.setItem(KEPT, String(within(px)))
  }
  return [width, change]
}

type Props = { readonly width: number; readonly onChange: (px: number) => void }

/** The edge of the panel: dragged, or moved by ← and →. */
export function PeekEdge({ width, onChange }: Props) {
  const onKeyDown = (event: KeyboardEvent) => {
    const to = { ArrowLeft: width + STEP_PX, ArrowRight: width - STEP_PX, Home: MOST_PX, End: LEAST_PX }[event.key]
    if (to === undefined) return
    event.preventDefault()
    event.stopPropagation()
    onChange(to)
  }
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
    onChange(window.innerWidth - event.clientX)
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule that can be moved is no <hr>
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the panel"
      aria-valuemin={LEAST_PX}
      aria-valuemax={MOST_PX}
      aria-valuenow={width}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
      className="ring-inside absolute inset-y-0 -left-1 z-20 w-2 cursor-col-resize touch-none hover:bg-line max-lg:hidden"
    />
  )
}

function within(px: number): number {
  return Math.min(MOST_PX, Math.max(LEAST_PX, Math.round(px) || LEAST_PX))
}
