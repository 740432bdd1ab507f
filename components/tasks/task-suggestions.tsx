'use client'

import { useEffect } from 'react'
import { useLive } from '../live/use-live.ts'
import { cx } from '../ui/cx.ts'
import { applySuggestion, type Suggestion, suggestionsFor } from './task-suggestions.model.ts'

export interface TaskSuggestionsProps {
  readonly id: string
  readonly text: string
  readonly caret: number
  readonly names: readonly string[]
  readonly input: { readonly current: HTMLInputElement | null }
  readonly at: number
  readonly onAt: (at: number) => void
  readonly onChoose: (next: ReturnType<typeof applySuggestion>) => void
}

/** Mounted only while the box is in use: then the names of queues and workers are followed too. */
export function TaskSuggestions({ id, text, caret, names, input, at, onAt, onChoose }: TaskSuggestionsProps) {
  const { view: queues } = useLive({ name: 'queues' })
  const { view: workers } = useLive({ name: 'workers' })
  const shown = suggestionsFor(text, caret, {
    names,
    queues: queues?.rows.map((row) => row.name) ?? [],
    workers: workers?.rows.map((row) => row.name) ?? [],
  })
  const choose = (suggestion: Suggestion) => onChoose(applySuggestion(text, caret, suggestion))

  useEffect(() => {
    const box = input.current
    if (box === null) return
    const keys = (event: globalThis.KeyboardEvent) => {
      const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
      if (step !== 0 && shown.length > 0) {
        event.preventDefault()
        onAt((at + step + shown.length) % shown.length)
      }
      const chosen = shown[at]
      if (event.key === 'Enter' && chosen !== undefined) {
        event.preventDefault()
        choose(chosen)
      }
    }
    box.addEventListener('keydown', keys)
    return () => box.removeEventListener('keydown', keys)
  })
  if (shown.length === 0) return null
  return (
    <div
      id={id}
      role="listbox"
      aria-label="Suggestions"
      className="float absolute inset-x-0 top-full z-30 mt-1 max-h-72 overflow-y-auto p-1"
    >
      {shown.map((suggestion, i) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the box has the keys
        // biome-ignore lint/a11y/useFocusableInteractive: the box keeps the focus
        <div
          key={suggestion.insert}
          id={`${id}-${i}`}
          role="option"
          aria-selected={i === at}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => choose(suggestion)}
          className={cx(
            'flex h-7 items-center gap-3 rounded-sm px-2 text-sm',
            i === at ? 'bg-hover' : 'hover:bg-hover',
          )}
        >
          <span className="min-w-0 truncate font-mono text-xs">{suggestion.insert}</span>
          <span className="ml-auto shrink-0 text-xs text-fg-3">{suggestion.help}</span>
        </div>
      ))}
    </div>
  )
}
