'use client'

import { Ban, Copy, RotateCcw, X } from 'lucide-react'
import { Button } from '../ui/button.tsx'
import { plural } from '../ui/format.ts'
import { IconButton } from '../ui/icon-button.tsx'

export interface BulkBarProps {
  readonly count: number
  readonly shown: number
  readonly cannotAct: string | null
  readonly onRetry: () => void
  readonly onRevoke: () => void
  readonly onCopy: () => void
  readonly onAll: () => void
  readonly onClear: () => void
}

/** What can be done with the selected tasks. */
export function BulkBar(props: BulkBarProps) {
  const { count, shown, cannotAct, onRetry, onRevoke, onCopy, onAll, onClear } = props
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <div role="group" aria-label="Selected tasks" className="flex min-h-9 flex-wrap items-center gap-2 text-sm">
      <span className="font-medium">{plural(count, 'task')} selected</span>
      <Button icon={RotateCcw} disabledReason={cannotAct} onClick={onRetry} className="h-7">
        Retry…
      </Button>
      <Button icon={Ban} disabledReason={cannotAct} onClick={onRevoke} className="h-7">
        Revoke…
      </Button>
      <Button variant="quiet" icon={Copy} onClick={onCopy} className="h-7">
        Copy ids
      </Button>
      {count < shown && (
        <Button variant="quiet" onClick={onAll} className="h-7">
          Select all {shown} shown
        </Button>
      )}
      <span className="flex-1" />
      <IconButton label="Clear the selection" icon={X} keys="Esc" onClick={onClear} className="size-7" />
    </div>
  )
}
