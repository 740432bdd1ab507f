'use client'

import { serverNow } from '../ui/clock.ts'
import { cx } from '../ui/cx.ts'
import { Ago } from '../ui/numbers.tsx'
import type { ShownPreview } from './use-preview.ts'
import { formatInZone, isSameClock, viewerZone } from './zone-time.ts'

const AGO_MS = 3_600_000

/** What the form would do: in words, its next times, and what to mind. */
export function SchedulePreviewBox({ preview, zone }: { readonly preview: ShownPreview; readonly zone: string }) {
  const { answer, isOld, error } = preview
  return (
    <section aria-label="What it would do" className="rounded-lg border border-line bg-sunken px-3 py-2 text-sm">
      {error !== null ? (
        <p className="text-fg-2">{`The next times are not known: ${error}`}</p>
      ) : answer === null ? (
        <p className="text-fg-3">The next times show up here.</p>
      ) : answer.problem !== null ? (
        <p className={cx('text-bad', isOld && 'opacity-60')}>{answer.problem.message}</p>
      ) : (
        <div className={cx(isOld && 'opacity-60')}>
          <p className="font-medium" data-testid="preview-words">
            {answer.when}
          </p>
          {answer.warnings.map((warning) => (
            <p key={warning} className="text-warn">
              {warning}
            </p>
          ))}
          <Times nextMs={answer.nextMs} zone={zone} />
        </div>
      )}
    </section>
  )
}

function Times({ nextMs, zone }: { readonly nextMs: readonly number[]; readonly zone: string }) {
  const mine = viewerZone()
  const nowMs = serverNow()
  const both = zone !== '' && nextMs.some((ms) => !isSameClock(mine, zone, ms))
  if (nextMs.length === 0) return <p className="text-fg-2">It never runs again.</p>
  return (
    <ol className="mt-1 flex flex-col gap-0.5 text-fg-2 text-xs">
      {nextMs.map((ms, i) => (
        <li key={`${ms}-${i}`} className="flex flex-wrap gap-x-3">
          <span className="w-40">{formatInZone(ms, mine, nowMs)}</span>
          {both && <span className="w-64 text-fg-3">{`${formatInZone(ms, zone, nowMs)} ${zone}`}</span>}
          {/* Further away it would be the same time once more. */}
          {ms - nowMs < AGO_MS && (
            <span className="text-fg-3">
              <Ago ms={ms} />
            </span>
          )}
        </li>
      ))}
    </ol>
  )
}
