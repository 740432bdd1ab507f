'use client'

import { serverNow } from '../ui/clock.ts'
import { Ago } from '../ui/numbers.tsx'
import { Panel } from '../ui/panel.tsx'
import { formatInZone, isSameClock, viewerZone } from './zone-time.ts'

const AGO_MS = 3_600_000

type Props = { readonly nextMs: readonly number[]; readonly zone: string; readonly note: string | null }

/** The next runs, by the clock of whoever looks and by that of the schedule. */
export function NextTimes({ nextMs, zone, note }: Props) {
  const mine = viewerZone()
  const nowMs = serverNow()
  const one = nextMs.every((ms) => isSameClock(mine, zone, ms))
  // Further away it would be the same time once more.
  const isSoon = one && nextMs.some((ms) => ms - nowMs < AGO_MS)
  return (
    <Panel title="Next runs" note={note ?? undefined} flush>
      {nextMs.length === 0 ? (
        <p className="px-cell-x pt-1 pb-4 text-fg-3 text-sm">None is known.</p>
      ) : (
        <table className="w-full text-sm">
          <thead className="text-left text-2xs text-fg-3">
            <tr>
              <th scope="col" className="px-cell-x py-1 font-medium">
                {one ? `Time in ${mine}` : `Here (${mine})`}
              </th>
              {!one && (
                <th scope="col" className="px-cell-x py-1 font-medium">
                  {zone}
                </th>
              )}
              {isSoon && (
                <th scope="col" className="px-cell-x py-1 text-right font-medium">
                  In
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {nextMs.map((ms, i) => (
              <tr key={`${ms}-${i}`} className="border-line/60 border-t">
                <td className="h-row px-cell-x md:whitespace-nowrap">{formatInZone(ms, mine, nowMs)}</td>
                {!one && <td className="px-cell-x text-fg-2 md:whitespace-nowrap">{formatInZone(ms, zone, nowMs)}</td>}
                {isSoon && (
                  <td className="px-cell-x text-right whitespace-nowrap text-fg-2">
                    {ms - nowMs < AGO_MS && <Ago ms={ms} />}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  )
}
