/** What a beat that reports, or holds a lease, is at a moment: at best the moment at which it was asked for. Pure. */
import type { BeatView } from '../../live/schedule-views.ts'
import type { BeatPresence } from '../../schedule-store/schedule-store.ts'

/** A beat of ours reports every ten seconds; one that was killed is not to stand by for long. */
const SILENT_MS = 30_000

/** `lease`: their store gives one. */
export function beatState(beat: BeatPresence, lease: boolean, atMs: number): BeatView['state'] {
  if (beat.leaseEndsMs !== null) return beat.leaseEndsMs > atMs ? 'leading' : 'down'
  if (isSilent(beat, atMs)) return 'down'
  if (beat.leads) return lease ? 'leading' : 'sending'
  return lease ? 'standing-by' : 'sending'
}

/** Who sends; null when nobody does, or does not say so. */
export function leaderOf(beats: readonly BeatPresence[], atMs: number): BeatPresence | null {
  return beats.find((beat) => beat.leads && beatState(beat, true, atMs) === 'leading') ?? null
}

function isSilent({ lastTickMs }: BeatPresence, atMs: number): boolean {
  return lastTickMs !== null && atMs - lastTickMs > SILENT_MS
}
