import type { ReactNode } from 'react'
import { cx } from '../ui/cx.ts'
import { formatCount } from '../ui/format.ts'

type Props = {
  readonly label: string
  readonly count: number
  readonly chosen: boolean
  readonly onChoose: () => void
}

/** One of a few filters, with how many it leaves. */
export function Choice({ label, count, chosen, onChoose }: Props) {
  return (
    <button
      type="button"
      aria-pressed={chosen}
      onClick={onChoose}
      className={cx(
        'ring-inside inline-flex h-7 min-h-6 shrink-0 items-center gap-1.5 rounded-md px-2 text-sm whitespace-nowrap',
        chosen ? 'bg-selected font-medium text-fg' : 'text-fg-2 hover:bg-hover hover:text-fg',
      )}
    >
      {label}
      <span className="text-xs font-normal text-fg-3">{formatCount(count)}</span>
    </button>
  )
}

/** Filters side by side; they scroll where there is no room for all. */
export function Choices({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for what is sent
    <div role="group" aria-label={label} className="scroll-thin flex min-w-0 items-center gap-1 overflow-x-auto">
      {children}
    </div>
  )
}
