'use client'

import { CircleCheck, CircleX, Info, LoaderCircle, TriangleAlert, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { Link } from '../ui/link.tsx'
import { useStore } from '../ui/store.ts'
import { closeToast, type Toast, toasts } from '../ui/toast.ts'

const STAYS_MS = 6_000
/** With a way back. */
const UNDO_STAYS_MS = 10_000
const NONE: readonly Toast[] = []

const MARKS = {
  info: { icon: Info, color: 'text-accent' },
  good: { icon: CircleCheck, color: 'text-state-succeeded' },
  warn: { icon: TriangleAlert, color: 'text-warn' },
  bad: { icon: CircleX, color: 'text-bad' },
} as const

/** What became of actions, in one place. Stays on hover and focus; what is under way and what failed stays anyway. */
export function Toaster() {
  const shown = useStore(toasts, NONE)
  const [kept, setKept] = useState(false)
  if (shown.length === 0) return null
  return (
    <section
      aria-label="Notices"
      onPointerEnter={() => setKept(true)}
      onPointerLeave={() => setKept(false)}
      onFocus={() => setKept(true)}
      onBlur={() => setKept(false)}
      className="fixed right-4 bottom-4 z-50 flex w-96 max-w-[calc(100vw-2rem)] flex-col gap-2 max-md:right-4 max-md:bottom-18"
    >
      {shown.map((toast) => (
        <ToastBox key={toast.id} toast={toast} kept={kept} />
      ))}
    </section>
  )
}

function ToastBox({ toast, kept }: { readonly toast: Toast; readonly kept: boolean }) {
  const leaves = !toast.busy && !kept && (toast.level === 'good' || toast.level === 'info')
  const canUndo = toast.action?.run !== undefined
  useEffect(() => {
    if (!leaves) return
    const timer = setTimeout(() => closeToast(toast.id), canUndo ? UNDO_STAYS_MS : STAYS_MS)
    return () => clearTimeout(timer)
  }, [toast.id, leaves, canUndo])
  const { icon: Icon, color } = MARKS[toast.level]
  return (
    <div data-toast={toast.level} className="float fade-in flex items-start gap-2 py-2 pr-1 pl-3 text-sm">
      {toast.busy ? (
        <LoaderCircle size={16} strokeWidth={1.75} className="turning mt-0.5 shrink-0 text-fg-3" aria-hidden />
      ) : (
        <Icon size={16} strokeWidth={1.75} className={`mt-0.5 shrink-0 ${color}`} aria-hidden />
      )}
      <p className="min-w-0 flex-1 break-words">{toast.text}</p>
      <ToastAction toast={toast} />
      <IconButton label="Close notice" icon={X} className="size-6" onClick={() => closeToast(toast.id)} />
    </div>
  )
}

function ToastAction({ toast }: { readonly toast: Toast }) {
  const { action } = toast
  if (action === null) return null
  if (action.href !== undefined) {
    return (
      <Link href={action.href} className="link shrink-0 font-medium">
        {action.label}
      </Link>
    )
  }
  return (
    <Button
      variant="quiet"
      className="h-6 px-2"
      onClick={() => {
        closeToast(toast.id)
        action.run?.()
      }}
    >
      {action.label}
    </Button>
  )
}
