import { LoaderCircle, type LucideIcon } from 'lucide-react'
import type { ButtonHTMLAttributes, MouseEvent, ReactNode, Ref } from 'react'
import { cx } from './cx.ts'

export type ButtonVariant = 'primary' | 'plain' | 'quiet' | 'danger'

export interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'disabled'> {
  readonly variant?: ButtonVariant
  readonly icon?: LucideIcon
  readonly busy?: boolean
  /** Why it cannot be pressed now. The button keeps its place and its focus, and says so. */
  readonly disabledReason?: string | null | undefined
  readonly ref?: Ref<HTMLButtonElement>
  readonly children?: ReactNode
}

const VARIANTS: Readonly<Record<ButtonVariant, string>> = {
  primary: 'bg-accent text-on-accent border-transparent font-medium hover:brightness-110',
  plain: 'bg-surface text-fg border-line-strong/45 hover:bg-hover',
  quiet: 'bg-transparent text-fg-2 border-transparent hover:bg-hover hover:text-fg',
  danger: 'bg-danger text-on-danger border-transparent font-medium hover:brightness-110',
}

/** Verb and object, or verb and number: "Revoke 44 tasks". */
export function Button({
  variant = 'plain',
  icon: Icon,
  busy = false,
  disabledReason,
  className,
  children,
  onClick,
  type = 'button',
  ...rest
}: ButtonProps) {
  const blocked = busy || (disabledReason !== undefined && disabledReason !== null)
  return (
    <button
      {...rest}
      type={type}
      aria-disabled={blocked || undefined}
      aria-busy={busy || undefined}
      data-tip={disabledReason ?? undefined}
      onClick={(event: MouseEvent<HTMLButtonElement>) => {
        if (blocked) event.preventDefault()
        else onClick?.(event)
      }}
      className={cx(
        'control inline-flex min-w-6 shrink-0 items-center justify-center gap-1.5 rounded-md border whitespace-nowrap select-none',
        VARIANTS[variant],
        blocked && 'cursor-default opacity-60',
        className,
      )}
    >
      {busy ? (
        <LoaderCircle size={14} strokeWidth={1.75} className="turning" aria-hidden />
      ) : (
        Icon !== undefined && <Icon size={14} strokeWidth={1.75} aria-hidden />
      )}
      {children}
    </button>
  )
}
