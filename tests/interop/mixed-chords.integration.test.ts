/** Chords whose headers run half in Python and half in TypeScript, 200 from each client: each completes, exactly once. */
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RedisServer, startRedis } from '../../lib/testing/redis.ts'
import { type MixedChords, runMixedChords } from './mixed-chords.ts'
import { askPython, openApp, quiet, type Side, type SideOptions, serve } from './sides.ts'

const CHORDS = 200

const FLEETS: readonly { readonly name: string; readonly sides: readonly Side[] }[] = [
  { name: 'TypeScript and Python', sides: ['TypeScript', 'Python'] },
  { name: 'TypeScript and old Python', sides: ['TypeScript', 'old Python'] },
  { name: 'TypeScript, Python and old Python', sides: ['TypeScript', 'Python', 'old Python'] },
]

describe.each(FLEETS)('workers: $name', ({ sides }) => {
  const stops: (() => Promise<void>)[] = []
  let redis: RedisServer
  let plain: Redis

  beforeAll(async () => {
    redis = await startRedis()
    plain = redis.connect()
    const serving = sides.map((side) => serve(side, { url: redis.url, redis: plain, queues: [`of ${side}`] }))
    stops.push(...(await Promise.all(serving)))
  })
  afterAll(async () => {
    await Promise.all(stops.map((stop) => stop()))
    await redis.stop()
  })

  test.each(sides)(`${CHORDS} of ${CHORDS} that a %s client sends complete once`, async (client) => {
    const queues = sides.map((side) => `of ${side}`)
    const right = await send(client, { url: redis.url, redis: plain }, { prefix: `${client}-`, count: CHORDS, queues })

    await quiet(plain, queues)
    const onceOf = async (keys: readonly string[]) =>
      (await plain.mget(keys.map((key) => `ran:${client}-${key}`))).filter((runs) => runs === '1').length
    const numbers = [...Array(CHORDS).keys()]
    const parts = numbers.flatMap((n) => [0, 1, 2, 3].map((part) => `${n}:${part}`))
    expect(right).toBe(CHORDS)
    expect(await onceOf(parts)).toBe(4 * CHORDS)
    expect(await onceOf(numbers.map((n) => `${n}:body`))).toBe(CHORDS)
  })
})

async function send(client: Side, options: SideOptions, chords: MixedChords): Promise<number> {
  const { prefix, count, queues } = chords
  if (client !== 'TypeScript') return askPython(client, 'mixed_chords', [prefix, count, queues], options)
  const app = openApp(options)
  const right = await runMixedChords(app, chords)
  await app.close()
  return right
}
