import { LoaderCircle, type LucideIcon } from 'lucide-react'
import type { ButtonHTMLAttributes, Ref } from 'react'
import { cx } from './cx.ts'

export interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'disabled' | 'children'> {
  /** What it does; the tip shows it too. */
  readonly label: string
  readonly icon: LucideIcon
  readonly busy?: boolean
  readonly disabledReason?: string | null | undefined
  /** Keys that do the same, for the tip. */
  readonly keys?: string
  readonly ref?: Ref<HTMLButtonElement>
}

export function IconButton({
  label,
  icon: Icon,
  busy = false,
  disabledReason,
  keys,
  className,
  onClick,
  type = 'button',
  ...rest
}: IconButtonProps) {
  const blocked = busy || (disabledReason !== undefined && disabledReason !== null)
  const Shown = busy ? LoaderCircle : Icon
  return (
    <button
      {...rest}
      type={type}
      aria-label={label}
      aria-disabled={blocked || undefined}
      data-tip={disabledReason ?? (keys === undefined ? label : `${label}  ${keys}`)}
      onClick={(event) => {
        if (blocked) event.preventDefault()
        else onClick?.(event)
      }}
      className={cx(
        'control-square inline-grid min-h-6 min-w-6 shrink-0 place-items-center rounded-md text-fg-2 hover:bg-hover hover:text-fg',
        blocked && 'cursor-default opacity-60',
        className,
      )}
    >
      <Shown size={16} strokeWidth={1.75} className={busy ? 'turning' : undefined} aria-hidden />
    </button>
  )
}
