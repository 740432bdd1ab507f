'use client'

import { type PointerEvent, useEffect, useRef, useState } from 'react'

/** From where to where is dragged, in CSS px from the left of the element; `a` may be right of `b`. */
export type Brush = { readonly a: number; readonly b: number }

export interface BrushUse {
  /** Null while nothing is dragged. */
  readonly brush: Brush | null
  readonly handlers: {
    readonly onPointerDown: (event: PointerEvent<HTMLElement>) => void
    readonly onPointerMove: (event: PointerEvent<HTMLElement>) => void
    readonly onPointerUp: (event: PointerEvent<HTMLElement>) => void
    readonly onPointerCancel: () => void
  }
}

/** A press that moves less is a click. */
const LEAST_PX = 5

/** Dragging a stretch of a chart with the mouse or a pen; a finger scrolls and points. Escape takes it back. */
export function useBrush(onPick: ((brush: Brush) => void) | undefined): BrushUse {
  const [brush, setBrush] = useState<Brush | null>(null)
  const start = useRef<number | null>(null)
  const end = () => {
    start.current = null
    setBrush(null)
  }

  useEffect(() => {
    if (brush === null) return
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && end()
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [brush])

  return {
    brush,
    handlers: {
      onPointerDown(event) {
        if (onPick === undefined || event.button !== 0 || event.pointerType === 'touch') return
        start.current = xIn(event)
        event.currentTarget.setPointerCapture(event.pointerId)
      },
      onPointerMove(event) {
        if (start.current === null) return
        const at = xIn(event)
        if (brush !== null || Math.abs(at - start.current) >= LEAST_PX) setBrush({ a: start.current, b: at })
      },
      onPointerUp(event) {
        const picked = brush === null || start.current === null ? null : { a: start.current, b: xIn(event) }
        end()
        if (picked !== null && Math.abs(picked.b - picked.a) >= LEAST_PX) onPick?.(picked)
      },
      onPointerCancel: end,
    },
  }
}

function xIn(event: PointerEvent<HTMLElement>): number {
  return event.clientX - event.currentTarget.getBoundingClientRect().left
}
