import { type RefObject, useEffect, useRef, useState } from 'react'

export type Box<E extends HTMLElement> = {
  readonly ref: RefObject<E | null>
  /** 0 until it is measured. */
  readonly width: number
  /** False while it is scrolled out of view (with some slack, so that it is ready when it comes). */
  readonly onScreen: boolean
}

/** The width of an element, and whether a person can see it. */
export function useBox<E extends HTMLElement>(): Box<E> {
  const ref = useRef<E>(null)
  const [width, setWidth] = useState(0)
  const [onScreen, setOnScreen] = useState(true)
  useEffect(() => {
    const element = ref.current
    if (element === null) return
    setWidth(Math.floor(element.clientWidth))
    const size = new ResizeObserver(() => setWidth(Math.floor(element.clientWidth)))
    const sight = new IntersectionObserver((entries) => setOnScreen(entries.at(-1)?.isIntersecting ?? true), {
      rootMargin: '120px',
    })
    size.observe(element)
    sight.observe(element)
    return () => {
      size.disconnect()
      sight.disconnect()
    }
  }, [])
  return { ref, width, onScreen }
}
