'use client'

import { useEffect, useState } from 'react'
import { announcement } from '../ui/toast.ts'

const APART_MS = 10_000

/** The one place where the page speaks: at most once in ten seconds, the newest wins. */
export function LiveRegion() {
  const [text, setText] = useState('')
  useEffect(() => {
    let spokenAtMs = Number.NEGATIVE_INFINITY
    let timer: ReturnType<typeof setTimeout> | undefined
    const speak = () => {
      clearTimeout(timer)
      const waitMs = spokenAtMs + APART_MS - performance.now()
      if (waitMs > 0) {
        timer = setTimeout(speak, waitMs)
        return
      }
      spokenAtMs = performance.now()
      setText(announcement.get())
    }
    const stop = announcement.subscribe(speak)
    return () => {
      stop()
      clearTimeout(timer)
    }
  }, [])
  return (
    <p aria-live="polite" className="sr-only">
      {text}
    </p>
  )
}
