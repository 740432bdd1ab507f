'use client'

import { useEffect, useRef, useState } from 'react'

const TYPED_AFTER_MS = 300

export interface TypedText {
  readonly text: string
  /** Shows another text and sends it: at once when it is `done`, else once typing pauses (ux.md 6). */
  readonly write: (next: string, done: boolean) => void
}

/**
 * The text of a search box whose value is kept in the address. Back, forward and the filters beside the box change the
 * address and so the text; what is being typed is not overwritten.
 */
export function useTypedText(value: string, onChange: (value: string, done: boolean) => void): TypedText {
  const [text, setText] = useState(value)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const sent = useRef(value)
  useEffect(() => {
    if (value === sent.current) return
    sent.current = value
    setText(value)
  }, [value])
  useEffect(() => () => clearTimeout(timer.current), [])

  const write = (next: string, done: boolean) => {
    setText(next)
    clearTimeout(timer.current)
    const emit = () => {
      sent.current = next.trim()
      onChange(next.trim(), done)
    }
    if (done) emit()
    else timer.current = setTimeout(emit, TYPED_AFTER_MS)
  }
  return { text, write }
}
