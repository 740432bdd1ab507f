/** Chords in Redis by the claims of Celery 5.7 (wire.md E4), key for key, with Python's workers in the same chord. */
import { randomUUID } from 'node:crypto'
import { UmbelError } from '../../errors.ts'
import type { Codecs } from '../../protocol/codecs.ts'
import type { Clock } from '../../runtime/clock.ts'
import { type ChordOptions, chordTimes, RESULT_EXPIRES_MS } from '../chord-options.ts'
import { joinGroup } from '../join-group.ts'
import type { ChordClaim, ChordPart, Chords, ResultStore } from '../results.ts'
import { formatChordPart, MAX_STORED_BYTES, parseChordPart } from '../stored-value.ts'
import { type ChordKeys, createChordSteps, throwFirst } from './chord-steps.ts'
import type { RedisLink } from './redis-link.ts'
import { keysOfChord } from './result-keys.ts'

export interface RedisChordsOptions extends ChordOptions {
  readonly link: RedisLink
  readonly prefix: string
  /** How parts are written, as results are. */
  readonly compression?: string | null
  readonly serializer?: string
  readonly codecs?: Codecs
  readonly clock: Clock
  readonly store: Pick<ResultStore, 'getMany' | 'getGroup'>
}

/** In the place of an index for a part that has none. */
const NO_INDEX = '+inf'

export function createRedisChords(options: RedisChordsOptions): Chords {
  const { link, prefix, clock, store, chordOrdered = true } = options
  const { claimSeconds, markSeconds, joinTimeoutMs } = chordTimes(options)
  const resultExpiresMs = options.resultExpiresMs === undefined ? RESULT_EXPIRES_MS : options.resultExpiresMs
  const chordExpiresMs = options.chordExpiresMs === undefined ? resultExpiresMs : options.chordExpiresMs
  const expiresSeconds = wholeSeconds(chordExpiresMs)
  const bothExpire = expiresSeconds > 0 && wholeSeconds(resultExpiresMs) > 0
  const groupExpiresSeconds = bothExpire ? Math.max(expiresSeconds, wholeSeconds(resultExpiresMs)) : 0
  const steps = createChordSteps()

  async function count(groupId: string, part: ChordPart | null): Promise<ChordClaim | null> {
    const keys = keysOfChord(prefix, groupId)
    const token = randomUUID().replaceAll('-', '')
    const index = part?.groupIndex ?? NO_INDEX
    const counted = part === null ? null : { mark: `${part.taskId}:${index}`, value: formatChordPart(part, options) }
    const step = {
      part: counted,
      score: chordOrdered ? String(index) : null,
      expiresSeconds,
      groupExpiresSeconds,
      claimSeconds,
      token,
    }
    return (await link.run((redis) => steps.count(redis, keys, step))) ? claimOf(groupId, keys, token) : null
  }

  async function readParts({ parts }: ChordKeys): Promise<readonly ChordPart[]> {
    if (!chordOrdered) {
      const list = await link.run((redis) => redis.lrangeBuffer(parts, 0, -1))
      return list.map((raw) => parseChordPart(raw, null, MAX_STORED_BYTES, options.codecs))
    }
    const pairs = await link.run((redis) => redis.zrangeBuffer(parts, 0, '-1', 'WITHSCORES'))
    const found: ChordPart[] = []
    for (let at = 0; at + 1 < pairs.length; at += 2) {
      const score = Number(pairs[at + 1]?.toString())
      const index = Number.isFinite(score) ? score : null
      found.push(parseChordPart(pairs[at] ?? Buffer.alloc(0), index, MAX_STORED_BYTES, options.codecs))
    }
    return found
  }

  const claimOf = (groupId: string, keys: ChordKeys, token: string): ChordClaim => ({
    async parts() {
      const group = await store.getGroup(groupId)
      if (group !== null) return joinGroup(group, { getMany: store.getMany, clock, timeoutMs: joinTimeoutMs })
      const parts = await readParts(keys)
      if (parts.length === 0) throw new UmbelError('result/missing', { id: groupId, why: 'the chord has no parts' })
      return parts
    },
    extend: (forMs) => link.run((redis) => steps.extend(redis, keys, token, Math.max(1, Math.ceil(forMs / 1000)))),
    async done() {
      await link.run((redis) => steps.done(redis, keys, token, markSeconds))
    },
    async failed() {
      await link.run((redis) => redis.del(keys.size))
    },
  })

  return {
    claimMs: claimSeconds * 1000,
    async setSize(groupId, size) {
      const { claim, size: sizeKey } = keysOfChord(prefix, groupId)
      await link.run(async (redis) => {
        const steps = redis.multi().del(claim) // what is left of an earlier run of the same chord
        if (expiresSeconds > 0) steps.set(sizeKey, size, 'EX', expiresSeconds)
        else steps.set(sizeKey, size)
        throwFirst(await steps.exec())
      })
    },
    async addToSize(groupId, more) {
      await link.run((redis) => redis.incrby(keysOfChord(prefix, groupId).added, more))
    },
    addPart: (groupId, part) => count(groupId, part),
    retake: (groupId) => count(groupId, null),
    async isOpen(groupId) {
      return (await link.run((redis) => redis.exists(keysOfChord(prefix, groupId).size))) === 1
    },
  }
}

function wholeSeconds(ms: number | null): number {
  return ms === null ? 0 : Math.ceil(ms / 1000)
}
