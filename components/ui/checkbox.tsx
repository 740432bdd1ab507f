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
        className="m-auto size-3.5 accent-accent"
      />
      {labelled && <span className="text-sm">{label}</span>}
    </label>
  )
}
