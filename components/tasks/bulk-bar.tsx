'use client'

import { Ban, Copy, Download, RotateCcw, X } from 'lucide-react'
import { useState } from 'react'
import { ACTION_TASKS_MOST } from '../../lib/live/http.ts'
import { Button } from '../ui/button.tsx'
import { formatCount, plural } from '../ui/format.ts'
import { IconButton } from '../ui/icon-button.tsx'

export interface BulkBarProps {
  readonly count: number
  readonly shown: number
  /** All that match, loaded or not. */
  readonly matched: number
  readonly cannotAct: string | null
  readonly onRetry: () => void
  readonly onRevoke: () => void
  readonly onCopy: () => void
  readonly onExport: () => void
  readonly onAll: () => void
  /** Everything that matches, as far as one action may go. */
  readonly onMatched: () => Promise<void>
  readonly onClear: () => void
}

/** What can be done with the selected tasks. */
export function BulkBar(props: BulkBarProps) {
  const { count, shown, matched, cannotAct, onRetry, onRevoke, onCopy, onExport, onAll, onMatched, onClear } = props
  const [busy, setBusy] = useState(false)
  const reachable = Math.min(matched, ACTION_TASKS_MOST)
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
      <Button variant="quiet" icon={Download} onClick={onExport} className="h-7">
        Export
      </Button>
      {count < shown && shown < ACTION_TASKS_MOST && (
        <Button variant="quiet" onClick={onAll} className="h-7">
          Select all {formatCount(shown)} shown
        </Button>
      )}
      {count < reachable && reachable > shown && (
        <Button
          variant="quiet"
          busy={busy}
          onClick={() => {
            setBusy(true)
            void onMatched().finally(() => setBusy(false))
          }}
          className="h-7"
        >
          {matched > reachable
            ? `Select the first ${formatCount(reachable)} of ${formatCount(matched)} that match`
            : `Select all ${formatCount(matched)} that match`}
        </Button>
      )}
      <span className="flex-1" />
      <IconButton label="Clear the selection" icon={X} keys="Esc" onClick={onClear} className="size-7" />
    </div>
  )
}
