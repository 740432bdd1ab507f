import type { InputHTMLAttributes, Ref, TextareaHTMLAttributes } from 'react'
import { cx } from './cx.ts'

const LOOK =
  'w-full min-w-0 rounded-md border border-line-strong bg-surface px-2 text-sm text-fg aria-invalid:border-bad disabled:opacity-60'

export interface InputProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly mono?: boolean
  readonly ref?: Ref<HTMLInputElement>
}

export function Input({ mono = false, className, ...rest }: InputProps) {
  return <input {...rest} className={cx(LOOK, 'h-control', mono && 'font-mono text-xs', className)} />
}

export interface TextAreaProps extends TextareaHTMLAttributes<HTMLTextAreaElement> {
  readonly mono?: boolean
  readonly ref?: Ref<HTMLTextAreaElement>
}

export function TextArea({ mono = false, className, ...rest }: TextAreaProps) {
  return <textarea {...rest} className={cx(LOOK, 'py-1.5', mono && 'font-mono text-xs', className)} />
}
