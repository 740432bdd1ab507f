'use client'

import { useRef } from 'react'
import { cx } from '../ui/cx.ts'
import { SearchFrame } from './search-frame.tsx'
import { useTypedText } from './use-typed-text.ts'

type Props = {
  readonly value: string
  /** `done`: it is not typed any more. */
  readonly onChange: (value: string, done: boolean) => void
  readonly label: string
  readonly placeholder: string
  readonly className?: string
}

/** Looks for words; `/` comes here, Esc leaves. */
export function SearchBox({ value, onChange, label, placeholder, className }: Props) {
  const input = useRef<HTMLInputElement>(null)
  const { text, write } = useTypedText(value, onChange)
  const clear = () => {
    write('', true)
    input.current?.focus()
  }
  return (
    <div className={cx('w-72 min-w-0 max-md:w-full', className)}>
      <SearchFrame onClear={text === '' ? null : clear}>
        <input
          ref={input}
          data-search
          type="text"
          aria-label={label}
          placeholder={placeholder}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          value={text}
          onChange={(event) => write(event.target.value, false)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') write(text, true)
            if (event.key !== 'Escape') return
            event.stopPropagation()
            event.currentTarget.blur()
          }}
          className="h-control w-full rounded-md border border-line-strong bg-surface pr-8 pl-8 text-sm text-fg"
        />
      </SearchFrame>
    </div>
  )
}
