'use client'

import { CircleX, Search } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'

const TYPED_AFTER_MS = 300

type Props = {
  readonly value: string
  /** `done`: it is not typed any more. */
  readonly onChange: (value: string, done: boolean) => void
}

/** Looks for words in names, tasks and times. */
export function ScheduleSearch({ value, onChange }: Props) {
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState(value)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const sent = useRef(value)

  // Back and forward change the address; what is being typed is not overwritten.
  useEffect(() => {
    if (value === sent.current) return
    sent.current = value
    setText(value)
  }, [value])
  useEffect(() => () => clearTimeout(timer.current), [])

  const send = (next: string, done: boolean) => {
    setText(next)
    clearTimeout(timer.current)
    const emit = () => {
      sent.current = next.trim()
      onChange(next.trim(), done)
    }
    if (done) emit()
    else timer.current = setTimeout(emit, TYPED_AFTER_MS)
  }
  return (
    <div className="relative w-72 min-w-0 max-md:w-full">
      <Search
        size={14}
        strokeWidth={1.75}
        className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-fg-3"
        aria-hidden
      />
      <input
        ref={input}
        data-search
        type="text"
        aria-label="Search schedules"
        placeholder="Name, task or time…"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        value={text}
        onChange={(event) => send(event.target.value, false)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') send(text, true)
          if (event.key !== 'Escape') return
          event.stopPropagation()
          event.currentTarget.blur()
        }}
        className="h-control w-full rounded-md border border-line-strong bg-surface pr-8 pl-8 text-sm text-fg"
      />
      {text !== '' && (
        <button
          type="button"
          aria-label="Clear the search"
          onClick={() => {
            send('', true)
            input.current?.focus()
          }}
          className="absolute top-1/2 right-1 grid size-6 -translate-y-1/2 place-items-center rounded-md text-fg-3 hover:text-fg"
        >
          <CircleX size={14} strokeWidth={1.75} aria-hidden />
        </button>
      )}
    </div>
  )
}
