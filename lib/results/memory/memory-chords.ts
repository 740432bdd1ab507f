/** Chords in this process, by the same rules as in Redis (wire.md E4). */
import { UmbelError } from '../../errors.ts'
import type { Clock } from '../../runtime/clock.ts'
import { type ChordOptions, chordTimes } from '../chord-options.ts'
import { joinGroup } from '../join-group.ts'
import type { ChordClaim, ChordPart, Chords, ResultStore } from '../results.ts'
import { formatChordPart, parseChordPart } from '../stored-value.ts'

export interface MemoryChordsOptions extends ChordOptions {
  readonly clock: Clock
  readonly store: Pick<ResultStore, 'getMany' | 'getGroup'>
  /** The oldest are dropped above this. */
  readonly maxChords?: number
}

interface Chord {
  size: number | null
  added: number
  /** By `<task id>:<index>`. */
  readonly parts: Map<string, { readonly index: number | null; readonly raw: Buffer }>
  claim: { readonly token: symbol; readonly untilMs: number } | null
  done: boolean
}

const MAX_CHORDS = 10_000

export function createMemoryChords(options: MemoryChordsOptions): Chords {
  const { clock, store, maxChords = MAX_CHORDS, chordOrdered = true } = options
  const { claimSeconds, joinTimeoutMs } = chordTimes(options)
  const chords = new Map<string, Chord>()

  function chordOf(groupId: string): Chord {
    const known = chords.get(groupId)
    if (known !== undefined) return known
    const chord: Chord = { size: null, added: 0, parts: new Map(), claim: null, done: false }
    chords.set(groupId, chord)
    for (const oldest of chords.keys()) {
      if (chords.size <= maxChords) break
      chords.delete(oldest)
    }
    return chord
  }

  function claim(groupId: string, chord: Chord): ChordClaim | null {
    if (chord.done || chord.size === null || chord.parts.size !== chord.size + chord.added) return null
    if (chord.claim !== null && chord.claim.untilMs > clock.monotonicMs()) return null
    const token = Symbol(groupId)
    const hold = (forMs: number) => {
      chord.claim = { token, untilMs: clock.monotonicMs() + forMs }
    }
    hold(claimSeconds * 1000)
    return {
      async parts() {
        const group = await store.getGroup(groupId)
        if (group !== null) return joinGroup(group, { getMany: store.getMany, clock, timeoutMs: joinTimeoutMs })
        if (chord.parts.size === 0) {
          throw new UmbelError('result/missing', { id: groupId, why: 'the chord has no parts' })
        }
        const parts = [...chord.parts.values()].map(({ raw, index }) => parseChordPart(raw, index))
        return chordOrdered ? parts.sort(byIndex) : parts
      },
      async extend(forMs) {
        if (chord.done || chord.size === null || chord.claim?.token !== token) return false
        hold(forMs)
        return true
      },
      async done() {
        if (chord.claim?.token !== token) return
        chord.done = true
        chord.parts.clear()
      },
      async failed() {
        chord.size = null
      },
    }
  }

  return {
    claimMs: claimSeconds * 1000,
    async setSize(groupId, size) {
      const chord = chordOf(groupId)
      if (chord.done) chords.delete(groupId) // a new run of the same chord
      const current = chordOf(groupId)
      current.claim = null
      current.size = size
    },
    async addToSize(groupId, more) {
      chordOf(groupId).added += more
    },
    async addPart(groupId, part) {
      const chord = chordOf(groupId)
      if (chord.done) return null
      const mark = `${part.taskId}:${part.groupIndex ?? '+inf'}`
      if (!chord.parts.has(mark)) chord.parts.set(mark, { index: part.groupIndex, raw: formatChordPart(part, {}) })
      return claim(groupId, chord)
    },
    async retake(groupId) {
      const chord = chords.get(groupId)
      return chord === undefined ? null : claim(groupId, chord)
    },
    async isOpen(groupId) {
      const chord = chords.get(groupId)
      return chord !== undefined && chord.size !== null && !chord.done
    },
  }
}

function byIndex(a: ChordPart, b: ChordPart): number {
  return (a.groupIndex ?? Number.MAX_SAFE_INTEGER) - (b.groupIndex ?? Number.MAX_SAFE_INTEGER)
}
