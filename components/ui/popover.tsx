'use client'

import { type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { placeAt } from './place-at.ts'

export interface PopoverProps {
  readonly label: string
  readonly trigger: ReactNode
  readonly children: ReactNode
  readonly className?: string
}

/** A button that opens a small panel beside it. */
export function Popover({ label, trigger, children, className }: PopoverProps) {
  const id = useId()
  const button = useRef<HTMLButtonElement>(null)
  const panel = useRef<HTMLDivElement>(null)
  const [open, setOpen] = useState(false)

  useEffect(() => {
    const element = panel.current
    if (!open || element === null) return
    const toggled = (event: Event) => (event as ToggleEvent).newState === 'closed' && setOpen(false)
    element.addEventListener('toggle', toggled)
    element.showPopover()
    if (button.current !== null) placeAt(element, button.current, 'end')
    element.focus()
    return () => element.removeEventListener('toggle', toggled)
  }, [open])

  return (
    <>
      <button
        ref={button}
        type="button"
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
        className={className}
      >
        {trigger}
      </button>
      {open && (
        <div
          ref={panel}
          id={id}
          role="dialog"
          aria-label={label}
          tabIndex={-1}
          popover="auto"
          className="float fade-in fixed inset-auto m-0 max-h-96 w-80 max-w-[calc(100vw-1rem)] overflow-y-auto p-3 text-fg"
        >
          {children}
        </div>
      )}
    </>
  )
}
