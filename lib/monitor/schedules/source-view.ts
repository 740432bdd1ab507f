/** A place where a schedule is kept, and the beats that work on it, as the page shows them. */
import type { BeatView, ScheduleSourceView } from '../../live/schedule-views.ts'
import type { BeatPresence } from '../../schedule-store/schedule-store.ts'
import { beatState } from './beat-state.ts'
import type { SourceReader } from './source-reader.ts'

/** So long after a run that was sent twice there may still be two beats. */
const SECOND_BEAT_MS = 600_000

export function sourceView(reader: SourceReader, nowMs: number): ScheduleSourceView {
  const { source, error, beats, beatsAtMs } = reader
  const { store } = source
  return {
    name: source.name,
    kind: store.kind,
    place: store.place,
    error,
    beats: beats.map((beat) => beatView(beat, store.supports.lease, beatsAtMs)),
    unsafe: isUnsafe(reader, nowMs),
    editable: store.supports.edit,
  }
}

/** Two or more beats send from it and nothing keeps them apart: they say so themselves, or runs come twice. */
export function isUnsafe({ source, beats, beatsAtMs, entries }: SourceReader, nowMs: number): boolean {
  const lease = source.store.supports.lease
  const states = beats.map((beat) => beatState(beat, lease, beatsAtMs))
  const sending = states.filter((state) => state === 'sending')
  const leading = states.filter((state) => state === 'leading')
  if (sending.length + Math.min(leading.length, 1) >= 2) return true
  for (const { secondBeatMs } of entries.values()) {
    if (secondBeatMs !== null && nowMs - secondBeatMs < SECOND_BEAT_MS) return true
  }
  return false
}

/** Beats that send or are ready to. */
export function liveBeats({ source, beats, beatsAtMs }: SourceReader): number {
  return beats.filter((beat) => beatState(beat, source.store.supports.lease, beatsAtMs) !== 'down').length
}

function beatView(beat: BeatPresence, lease: boolean, atMs: number): BeatView {
  const { node, software, lastTickMs, leaseEndsMs } = beat
  return { node, software, state: beatState(beat, lease, atMs), lastTickMs, leaseEndsMs }
}
