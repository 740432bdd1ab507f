import type { MouseEvent } from 'react'

export interface CheckboxProps {
  readonly checked: boolean
  /** Some, not all. */
  readonly partly?: boolean
  readonly onChange: (checked: boolean, event: { readonly shiftKey: boolean }) => void
  readonly label: string
  /** Shows the label beside it; else it is only spoken. */
  readonly labelled?: boolean
  readonly tabIndex?: number
}

export function Checkbox({ checked, partly = false, onChange, label, labelled = false, tabIndex }: CheckboxProps) {
  return (
    <label className="inline-flex min-h-6 min-w-6 items-center gap-2">
      <input
        type="checkbox"
        checked={checked}
        aria-label={labelled ? undefined : label}
        tabIndex={tabIndex}
        ref={(element) => {
          if (element !== null) element.indeterminate = partly && !checked
        }}
        onChange={() => {}}
        onClick={(event: MouseEvent<HTMLInputElement>) => {
          event.stopPropagation()
          onChange(!checked, { shiftKey: event.shiftKey })
        }}
        className={BOX}
      />
      {labelled && <span className="text-sm">{label}</span>}
    </label>
  )
}

/** Drawn by ourselves: the system's box does not follow the theme. The mark is cut out of a square. */
const BOX = [
  'm-auto grid size-3.5 shrink-0 appearance-none place-items-center rounded-sm border border-line-strong bg-surface',
  'before:size-2.5 before:[clip-path:polygon(14%_44%,0_65%,50%_100%,100%_16%,80%_0,43%_62%)]',
  'checked:border-accent checked:bg-accent checked:before:bg-on-accent',
  'indeterminate:border-accent indeterminate:bg-accent indeterminate:before:h-0.5 indeterminate:before:bg-on-accent',
  'indeterminate:before:[clip-path:none]',
].join(' ')
