'use client'

import { useEffect, useLayoutEffect, useRef, useState } from 'react'

const DELAY_MS = 350
const GAP = 6
const EDGE = 8

interface Shown {
  readonly text: string
  readonly target: Element
}

/** Shows the text of the element under the pointer or focus that has `data-tip`. Esc hides it; it can be hovered. */
export function TipLayer() {
  const [shown, setShown] = useState<Shown | null>(null)
  const box = useRef<HTMLDivElement>(null)

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const later = (target: Element | null, delayMs: number) => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        const text = target?.isConnected ? target.getAttribute('data-tip') : null
        setShown(target !== null && text ? { target, text } : null)
      }, delayMs)
    }
    const over = (event: Event) => {
      const at = event.target
      if (!(at instanceof Element) || box.current?.contains(at)) clearTimeout(timer)
      else later(at.closest('[data-tip]'), DELAY_MS)
    }
    const focus = (event: FocusEvent) => {
      const at = event.target
      if (at instanceof Element && at.matches(':focus-visible')) later(at.closest('[data-tip]'), DELAY_MS)
    }
    const hide = () => {
      clearTimeout(timer)
      setShown(null)
    }
    const key = (event: KeyboardEvent) => event.key === 'Escape' && hide()
    document.addEventListener('pointerover', over)
    document.addEventListener('focusin', focus)
    document.addEventListener('pointerdown', hide)
    document.addEventListener('keydown', key)
    window.addEventListener('scroll', hide, true)
    return () => {
      clearTimeout(timer)
      document.removeEventListener('pointerover', over)
      document.removeEventListener('focusin', focus)
      document.removeEventListener('pointerdown', hide)
      document.removeEventListener('keydown', key)
      window.removeEventListener('scroll', hide, true)
    }
  }, [])

  useLayoutEffect(() => {
    const element = box.current
    if (shown === null || element === null) return
    // The top layer: a tip must also stand above an open dialog.
    element.showPopover?.()
    const at = shown.target.getBoundingClientRect()
    const size = element.getBoundingClientRect()
    const below = at.bottom + GAP + size.height < window.innerHeight
    element.style.top = `${below ? at.bottom + GAP : Math.max(EDGE, at.top - GAP - size.height)}px`
    const left = at.left + at.width / 2 - size.width / 2
    element.style.left = `${Math.min(Math.max(EDGE, left), window.innerWidth - size.width - EDGE)}px`
    shown.target.setAttribute('aria-describedby', 'tip')
    return () => shown.target.removeAttribute('aria-describedby')
  }, [shown])

  if (shown === null) return null
  return (
    <div
      ref={box}
      id="tip"
      role="tooltip"
      popover="manual"
      className="float fixed inset-auto m-0 max-w-80 rounded-md px-2 py-1 text-xs break-words whitespace-pre-line text-fg"
    >
      {shown.text}
    </div>
  )
}
