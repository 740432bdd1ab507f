/** A place where a schedule is kept, and the beats that work on it, as the page shows them. */
import type { BeatView, ScheduleSourceView } from '../../live/schedule-views.ts'
import type { BeatPresence } from '../../schedule-store/schedule-store.ts'
import type { SourceReader } from './source-reader.ts'

/** A beat reports a few times a minute. */
const SILENT_MS = 45_000
/** So long after a run that was sent twice there may still be two beats. */
const SECOND_BEAT_MS = 600_000

export function sourceView(reader: SourceReader, nowMs: number): ScheduleSourceView {
  const { source, error, beats } = reader
  const { store } = source
  return {
    name: source.name,
    kind: store.kind,
    place: store.place,
    error,
    beats: beats.map((beat) => beatView(beat, store.supports.lease, nowMs)),
    unsafe: isUnsafe(reader, nowMs),
    editable: store.supports.edit,
  }
}

/** Two or more beats send from it and nothing keeps them apart: they say so themselves, or runs come twice. */
export function isUnsafe({ source, beats, entries }: SourceReader, nowMs: number): boolean {
  const lease = source.store.supports.lease
  const sending = beats.filter((beat) => stateOf(beat, lease, nowMs) === 'sending')
  const leading = beats.filter((beat) => stateOf(beat, lease, nowMs) === 'leading')
  if (sending.length + Math.min(leading.length, 1) >= 2) return true
  for (const { secondBeatMs } of entries.values()) {
    if (secondBeatMs !== null && nowMs - secondBeatMs < SECOND_BEAT_MS) return true
  }
  return false
}

/** Beats that send or are ready to. */
export function liveBeats({ source, beats }: SourceReader, nowMs: number): number {
  return beats.filter((beat) => stateOf(beat, source.store.supports.lease, nowMs) !== 'down').length
}

function beatView(beat: BeatPresence, lease: boolean, nowMs: number): BeatView {
  const { node, software, lastTickMs, leaseEndsMs } = beat
  return { node, software, state: stateOf(beat, lease, nowMs), lastTickMs, leaseEndsMs }
}

function stateOf(beat: BeatPresence, lease: boolean, nowMs: number): BeatView['state'] {
  const silent = beat.lastTickMs !== null && nowMs - beat.lastTickMs > SILENT_MS
  if (beat.leaseEndsMs !== null) return beat.leaseEndsMs > nowMs ? 'leading' : 'down'
  if (silent) return 'down'
  if (beat.leads) return lease ? 'leading' : 'sending'
  return lease ? 'standing-by' : 'sending'
}
