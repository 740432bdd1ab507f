'use client'

import { useEffect, useId, useRef, useState } from 'react'
import { parseTaskQuery, type QueryFault } from '../../lib/live/task-query.ts'
import { SearchFrame } from '../list/search-frame.tsx'
import { useTypedText } from '../list/use-typed-text.ts'
import { cx } from '../ui/cx.ts'
import { TaskSuggestions } from './task-suggestions.tsx'

export interface TaskSearchProps {
  readonly value: string
  /** `done`: Enter or a choice; else it is still typed. */
  readonly onChange: (value: string, done: boolean) => void
  /** Names of tasks seen, for suggestions. */
  readonly names: readonly string[]
  readonly onLeave: () => void
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** The search box: what was not understood is underlined and said; fields and values are suggested. */
export function TaskSearch({ value, onChange, names, onLeave }: TaskSearchProps) {
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const { text, write } = useTypedText(value, onChange)
  const [caret, setCaret] = useState(value.length)
  const [open, setOpen] = useState(false)
  const [at, setAt] = useState(-1)
  const type = (next: string) => {
    setOpen(true)
    setAt(-1)
    write(next, UUID.test(next.trim()))
  }
  const clear = () => {
    write('', true)
    input.current?.focus()
  }
  const { faults } = parseTaskQuery(text)
  const listId = `${id}-list`
  return (
    <div className="relative min-w-0 flex-1 max-md:basis-full">
      <SearchFrame onClear={text === '' ? null : clear}>
        <Underlines text={text} faults={faults} scroller={input} />
        <input
          ref={input}
          data-search
          type="text"
          role="combobox"
          aria-label="Search tasks"
          aria-expanded={open}
          aria-controls={open ? listId : undefined}
          aria-autocomplete="list"
          aria-activedescendant={open && at >= 0 ? `${listId}-${at}` : undefined}
          aria-invalid={faults.length > 0 || undefined}
          aria-describedby={faults.length > 0 ? `${id}-faults` : undefined}
          placeholder="state:failed name:emails.* (kwargs.user:42 OR run:>2s) since:2h …"
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          value={text}
          onChange={(event) => {
            setCaret(event.target.selectionStart ?? event.target.value.length)
            type(event.target.value)
          }}
          onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
          onFocus={() => setOpen(true)}
          onBlur={() => setOpen(false)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') {
              event.stopPropagation()
              if (open) setOpen(false)
              else {
                event.currentTarget.blur()
                onLeave()
              }
            }
            if (event.key === 'Enter' && (!open || at < 0)) {
              setOpen(false)
              write(text, true)
            }
          }}
          className="relative h-control w-full rounded-md border border-line-strong bg-transparent pr-8 pl-8 font-mono text-xs text-fg"
        />
      </SearchFrame>
      {faults.length > 0 && (
        <p id={`${id}-faults`} className="pt-1 text-xs text-bad">
          {faults.map((fault) => fault.problem).join(' ')}
        </p>
      )}
      {open && (
        <TaskSuggestions
          id={listId}
          text={text}
          caret={caret}
          names={names}
          input={input}
          at={at}
          onAt={setAt}
          onChoose={(next) => {
            write(next.text, next.complete)
            setCaret(next.caret)
            setAt(-1)
            requestAnimationFrame(() => input.current?.setSelectionRange(next.caret, next.caret))
          }}
        />
      )}
    </div>
  )
}

interface UnderlinesProps {
  readonly text: string
  readonly faults: readonly QueryFault[]
  readonly scroller: { readonly current: HTMLInputElement | null }
}

/** The same text behind the box, see-through, with a wavy line under what was not understood. */
function Underlines({ text, faults, scroller }: UnderlinesProps) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const input = scroller.current
    if (input === null) return
    const follow = () => {
      if (box.current !== null) box.current.scrollLeft = input.scrollLeft
    }
    follow()
    input.addEventListener('scroll', follow)
    return () => input.removeEventListener('scroll', follow)
  })
  if (faults.length === 0) return null
  const parts: { readonly text: string; readonly bad: boolean; readonly start: number }[] = []
  let end = 0
  for (const fault of faults) {
    if (fault.start > end) parts.push({ text: text.slice(end, fault.start), bad: false, start: end })
    parts.push({ text: text.slice(fault.start, fault.end), bad: true, start: fault.start })
    end = fault.end
  }
  parts.push({ text: text.slice(end), bad: false, start: end })
  return (
    <div
      ref={box}
      aria-hidden
      className="pointer-events-none absolute inset-y-0 right-8 left-8 flex items-center overflow-hidden rounded-md border border-transparent bg-surface font-mono text-xs whitespace-pre text-transparent"
    >
      {parts.map((part) => (
        <span
          key={part.start}
          className={cx(part.bad && 'underline decoration-bad decoration-wavy underline-offset-4')}
        >
          {part.text}
        </span>
      ))}
    </div>
  )
}
