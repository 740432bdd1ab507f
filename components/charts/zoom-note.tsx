'use client'

import { Undo2 } from 'lucide-react'
import type { Moments } from '../../lib/live/time-span.ts'
import { Button } from '../ui/button.tsx'
import { Callout } from '../ui/callout.tsx'
import { spanWords } from './range-words.ts'

export interface ZoomNoteProps {
  readonly zoom: Moments | null
  /** What stands still and what does not. */
  readonly children: string
  /** Where the way back leads: `the last hour`. */
  readonly backTo: string
  readonly onBack: () => void
}

/** Says that the page stands at a time that was chosen, and leads back to the present. */
export function ZoomNote({ zoom, children, backTo, onBack }: ZoomNoteProps) {
  if (zoom === null) return null
  return (
    <Callout
      level="info"
      title={`${spanWords(zoom)}, not live.`}
      actions={
        <Button variant="quiet" icon={Undo2} className="h-6" onClick={onBack}>
          Back to {backTo}
        </Button>
      }
    >
      {children}
    </Callout>
  )
}
