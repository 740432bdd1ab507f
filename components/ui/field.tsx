import { type ReactNode, useId } from 'react'

export interface FieldInput {
  readonly id: string
  readonly 'aria-describedby': string | undefined
  readonly 'aria-invalid': boolean | undefined
}

export interface FieldProps {
  readonly label: string
  readonly hint?: ReactNode
  /** What is wrong with it, in a sentence. */
  readonly error?: string | null | undefined
  /** Gets what ties the control to its label: `<Field label="…">{(field) => <Input {...field} />}</Field>`. */
  readonly children: (field: FieldInput) => ReactNode
}

/** A control with its label, hint and error. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId()
  const told = error !== null && error !== undefined && error !== ''
  const describedBy = told ? `${id}-error` : hint === undefined ? undefined : `${id}-hint`
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className="text-xs font-medium text-fg-2">
        {label}
      </label>
      {children({ id, 'aria-describedby': describedBy, 'aria-invalid': told || undefined })}
      {told ? (
        <p id={`${id}-error`} className="text-xs text-bad">
          {error}
        </p>
      ) : (
        hint !== undefined && (
          <p id={`${id}-hint`} className="text-xs text-fg-3">
            {hint}
          </p>
        )
      )}
    </div>
  )
}
