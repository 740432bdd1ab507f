import { ChevronDown } from 'lucide-react'
import type { SelectHTMLAttributes } from 'react'
import { cx } from './cx.ts'

export interface SelectOption<V extends string = string> {
  readonly value: V
  readonly label: string
}

export interface SelectProps<V extends string>
  extends Omit<SelectHTMLAttributes<HTMLSelectElement>, 'onChange' | 'value'> {
  readonly options: readonly SelectOption<V>[]
  readonly value: V
  readonly onChange: (value: V) => void
}

/** The system's own list: it works with every keyboard, finger and reader. */
export function Select<V extends string>({ options, value, onChange, className, ...rest }: SelectProps<V>) {
  return (
    <span className={cx('relative inline-flex min-w-0', className)}>
      <select
        {...rest}
        value={value}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value)
          if (chosen !== undefined) onChange(chosen.value)
        }}
        className="h-control w-full min-w-0 appearance-none truncate rounded-md border border-line-strong/45 bg-surface pr-7 pl-2.5 text-sm text-fg hover:bg-hover"
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown
        size={14}
        strokeWidth={1.75}
        className="pointer-events-none absolute top-1/2 right-2 -translate-y-1/2 text-fg-3"
        aria-hidden
      />
    </span>
  )
}
