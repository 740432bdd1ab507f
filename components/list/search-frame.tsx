import { CircleX, Search } from 'lucide-react'
import type { ReactNode } from 'react'

type Props = {
  /** The input, with room for the signs at both ends. */
  readonly children: ReactNode
  /** Null: there is nothing to clear. */
  readonly onClear: (() => void) | null
}

/** The signs of a search box: what it is, and how to empty it. */
export function SearchFrame({ children, onClear }: Props) {
  return (
    <div className="relative">
      <Search
        size={14}
        strokeWidth={1.75}
        className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-fg-3"
        aria-hidden
      />
      {children}
      {onClear !== null && (
        <button
          type="button"
          aria-label="Clear the search"
          onClick={onClear}
          className="absolute top-1/2 right-1 grid size-6 -translate-y-1/2 place-items-center rounded-md text-fg-3 hover:text-fg"
        >
          <CircleX size={14} strokeWidth={1.75} aria-hidden />
        </button>
      )}
    </div>
  )
}
