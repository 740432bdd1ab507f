import { cx } from './cx.ts'

export interface SwitchProps {
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
  readonly label: string
  /** Shows the label beside it; else it is only spoken. */
  readonly labelled?: boolean
  readonly disabledReason?: string | null | undefined
}

export function Switch({ checked, onChange, label, labelled = true, disabledReason }: SwitchProps) {
  const blocked = disabledReason !== undefined && disabledReason !== null
  return (
    <button
      type="button"
      role="switch"
      aria-checked={checked}
      aria-label={label}
      aria-disabled={blocked || undefined}
      data-tip={disabledReason ?? undefined}
      onClick={() => !blocked && onChange(!checked)}
      className={cx('inline-flex min-h-6 items-center gap-2 rounded-md', blocked && 'opacity-60')}
    >
      <span
        className={cx(
          'flex h-4 w-7 shrink-0 items-center rounded-full border px-px',
          checked ? 'justify-end border-accent bg-accent' : 'justify-start border-line-strong bg-surface',
        )}
      >
        <span className={cx('size-3 rounded-full', checked ? 'bg-on-accent' : 'bg-line-strong')} />
      </span>
      {labelled && <span className="text-sm">{label}</span>}
    </button>
  )
}
