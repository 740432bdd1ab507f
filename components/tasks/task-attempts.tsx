'use client'

import { ChevronDown, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import type { AttemptView } from '../../lib/live/views.ts'
import { Button } from '../ui/button.tsx'
import { formatDuration, formatMoment, formatTime, shortWorker } from '../ui/format.ts'
import { StateMark } from '../ui/state-mark.tsx'
import { Traceback } from '../ui/traceback.tsx'

/** Every run of a task that was retried: where, when, for how long, and why it was not the last. */
export function TaskAttempts({ attempts }: { readonly attempts: readonly AttemptView[] }) {
  return (
    <ol className="flex flex-col divide-y divide-line" aria-label="Attempts">
      {attempts.map((attempt) => (
        <Attempt key={`${attempt.number} ${attempt.endedMs}`} attempt={attempt} />
      ))}
    </ol>
  )
}

function Attempt({ attempt }: { readonly attempt: AttemptView }) {
  const [open, setOpen] = useState(false)
  const { traceback } = attempt
  return (
    <li className="flex gap-3 py-2 first:pt-0 last:pb-0">
      <span className="w-5 shrink-0 text-right text-fg-3 tabular-nums">{attempt.number}</span>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-4 gap-y-0.5">
          <StateMark state={attempt.state} />
          {attempt.worker !== null && (
            <span className="min-w-0 truncate text-fg-2" data-tip={attempt.worker}>
              {shortWorker(attempt.worker)}
            </span>
          )}
          <Part name="started" ms={attempt.startedMs} />
          <Length name="wait" ms={attempt.waitMs} />
          <Length name="run" ms={attempt.runMs} />
        </p>
        {attempt.exception !== null && (
          <p className="mt-0.5 font-mono text-xs break-words text-state-failed">{attempt.exception}</p>
        )}
        {attempt.etaMs !== null && (
          <p className="mt-0.5 text-xs text-fg-3" data-tip={formatMoment(attempt.etaMs)}>
            planned for {formatTime(attempt.etaMs)}
          </p>
        )}
        {traceback !== null && (
          <Button
            variant="quiet"
            icon={open ? ChevronDown : ChevronRight}
            className="-ml-2 h-6 px-2 text-xs"
            aria-expanded={open}
            aria-label={`Traceback of attempt ${attempt.number}`}
            onClick={() => setOpen(!open)}
          >
            Traceback
          </Button>
        )}
        {open && traceback !== null && <Traceback text={traceback} label={`Lines of attempt ${attempt.number}`} />}
      </div>
    </li>
  )
}

function Part({ name, ms }: { readonly name: string; readonly ms: number | null }) {
  return (
    <span className="text-xs whitespace-nowrap" {...(ms !== null && { 'data-tip': formatMoment(ms) })}>
      <span className="text-fg-3">{name} </span>
      {formatTime(ms)}
    </span>
  )
}

function Length({ name, ms }: { readonly name: string; readonly ms: number | null }) {
  return (
    <span className="text-xs whitespace-nowrap">
      <span className="text-fg-3">{name} </span>
      {formatDuration(ms)}
    </span>
  )
}
