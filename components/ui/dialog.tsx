'use client'

import { X } from 'lucide-react'
import { type FormEvent, type ReactNode, useEffect, useId, useRef } from 'react'
import { cx } from './cx.ts'
import { IconButton } from './icon-button.tsx'

export interface DialogProps {
  readonly open: boolean
  readonly onClose: () => void
  readonly title: string
  readonly children: ReactNode
  /** Buttons, the one that does it last. */
  readonly footer?: ReactNode
  readonly wide?: boolean
  /** With this the dialog is a form: Enter does it. */
  readonly onSubmit?: () => void
}

/**
 * A modal dialog on the browser's own `<dialog>`: focus stays inside and goes back, Esc closes, the page behind is
 * inert. Mark the field or button that gets the focus first with `data-autofocus`.
 */
export function Dialog({ open, ...rest }: DialogProps) {
  return open ? <OpenDialog {...rest} /> : null
}

function OpenDialog({ onClose, title, children, footer, wide = false, onSubmit }: Omit<DialogProps, 'open'>) {
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()

  useEffect(() => {
    const element = dialog.current
    if (element === null) return
    const before = document.activeElement
    if (!element.open) element.showModal()
    element.querySelector<HTMLElement>('[data-autofocus]')?.focus()
    return () => {
      element.close()
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])

  // Text that is longer than the window must scroll by keys too; where there is a control in it, that one takes the focus.
  const text = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = text.current
    if (element === null) return
    const isLong = element.scrollHeight > element.clientHeight
    if (isLong && element.querySelector(CONTROLS) === null) element.tabIndex = 0
    else element.removeAttribute('tabindex')
  })

  const body = (
    <>
      <div className="flex items-center justify-between gap-4 px-4 pt-3">
        <h2 id={titleId} className="min-w-0 text-md font-semibold break-words">
          {title}
        </h2>
        <IconButton label="Close" icon={X} onClick={onClose} className="-mr-2" />
      </div>
      <div
        ref={text}
        className="scroll-thin ring-inside max-h-[calc(100dvh-10rem)] overflow-y-auto px-4 py-3 text-base"
      >
        {children}
      </div>
      {footer !== undefined && (
        <div className="flex flex-wrap items-center justify-end gap-2 border-t border-line px-4 py-3">{footer}</div>
      )}
    </>
  )
  return (
    <dialog
      ref={dialog}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => event.target === dialog.current && onClose()}
      onKeyDown={(event) => event.stopPropagation()}
      className={cx(
        'fade-in m-auto max-h-[calc(100dvh-1.5rem)] max-w-[calc(100vw-1.5rem)] overflow-hidden rounded-xl border border-line bg-raised p-0 text-fg shadow-pop backdrop:bg-scrim',
        wide ? 'w-[44rem]' : 'w-[30rem]',
      )}
    >
      {onSubmit === undefined ? (
        body
      ) : (
        <form
          method="dialog"
          noValidate
          onSubmit={(event: FormEvent) => {
            event.preventDefault()
            onSubmit()
          }}
        >
          {body}
        </form>
      )}
    </dialog>
  )
}

const CONTROLS = 'a[href], button, input, select, textarea, [tabindex]'
