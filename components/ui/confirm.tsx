'use client'

import { type ReactNode, useState } from 'react'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { Field } from './field.tsx'
import { Input } from './input.tsx'

export interface ConfirmProps {
  readonly open: boolean
  readonly onClose: () => void
  /** 1: Enter does it. 2: the focus is on Cancel. 3: `typed` must be typed first (ux.md 4.1). */
  readonly level: 1 | 2 | 3
  readonly title: string
  /** What will happen, and what will not. */
  readonly facts: readonly ReactNode[]
  /** Verb and object or number: "Revoke 44 tasks". */
  readonly verb: string
  readonly danger?: boolean
  /** Level 3: the name or number to type. */
  readonly typed?: string
  /** The dialog stays busy until it is done and closes then; what it throws is shown. */
  readonly onConfirm: () => Promise<unknown> | unknown
  /** Fields of its own. */
  readonly children?: ReactNode
  readonly disabledReason?: string | null
}

export function Confirm(props: ConfirmProps) {
  return props.open ? <OpenConfirm {...props} /> : null
}

function OpenConfirm(props: ConfirmProps) {
  const {
    level,
    title,
    facts,
    verb,
    danger = false,
    typed,
    onConfirm,
    onClose,
    children,
    disabledReason = null,
  } = props
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const [text, setText] = useState('')
  const missing = level === 3 && typed !== undefined && text.trim() !== typed ? `Type ${typed} first` : disabledReason

  const confirm = async () => {
    if (busy || missing !== null) return
    setBusy(true)
    setError(null)
    try {
      await onConfirm()
      onClose()
    } catch (thrown) {
      setError(thrown instanceof Error ? thrown.message : String(thrown))
      setBusy(false)
    }
  }

  return (
    <Dialog
      open
      title={title}
      onClose={onClose}
      onSubmit={confirm}
      footer={
        <>
          <Button variant="plain" onClick={onClose} data-autofocus={level === 2 ? true : undefined}>
            Cancel
          </Button>
          <Button
            type="submit"
            variant={danger ? 'danger' : 'primary'}
            busy={busy}
            disabledReason={missing}
            data-autofocus={level === 1 ? true : undefined}
          >
            {verb}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {facts.length > 0 && (
          <ul className="flex flex-col gap-1.5 text-fg-2">
            {facts.map((fact, i) => (
              <li key={i}>{fact}</li>
            ))}
          </ul>
        )}
        {children}
        {level === 3 && typed !== undefined && (
          <Field label={`Type ${typed} to go on`}>
            {(field) => (
              <Input
                {...field}
                mono
                data-autofocus
                autoComplete="off"
                spellCheck={false}
                value={text}
                onChange={(event) => setText(event.target.value)}
              />
            )}
          </Field>
        )}
        {error !== null && (
          <p role="alert" className="text-sm text-bad">
            {error}
          </p>
        )}
      </div>
    </Dialog>
  )
}
