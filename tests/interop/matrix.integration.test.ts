/**
 * The interoperability matrix of issue 4: both clients, both workers, every serializer, every compression and ten kinds
 * of calls, with today's Celery and an old one. All calls of a pair are sent at once; the tests then look at how each
 * ended. Python to Python is the control: what holds there must hold everywhere.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import { CELLS, EXPECTED, isSendable, KINDS, UNSENDABLE, VALUE, WIRE_TYPES } from './cells.ts'
import { type PairOutcome, runPair } from './run-pair.ts'
import type { Side } from './sides.ts'

const PAIRS: readonly { readonly client: Side; readonly worker: Side }[] = [
  { client: 'TypeScript', worker: 'Python' },
  { client: 'Python', worker: 'TypeScript' },
  { client: 'TypeScript', worker: 'TypeScript' },
  { client: 'TypeScript', worker: 'old Python' },
  { client: 'old Python', worker: 'TypeScript' },
  { client: 'Python', worker: 'Python' },
]

/** One runs while the next one does: they wait for the times of their tasks more than they work. */
const running = new Map<number, Promise<PairOutcome>>()

function outcomeOf(at: number): Promise<PairOutcome> {
  for (const next of [at, at + 1]) {
    const pair = PAIRS[next]
    if (pair === undefined || running.has(next)) continue
    const outcome = runPair({ ...pair, cells: CELLS })
    outcome.catch(() => {}) // told to whoever asks for it
    running.set(next, outcome)
  }
  return running.get(at) ?? Promise.reject(new Error('no such pair'))
}

describe.each(PAIRS.map((pair, at) => ({ ...pair, at })))('$client client, $worker worker', ({ client, at }) => {
  let outcome: PairOutcome

  beforeAll(async () => {
    outcome = await outcomeOf(at)
  }, 300_000)

  describe.each(CELLS)('$name', ({ name, serializer, compression }) => {
    test.each(KINDS.filter((kind) => isSendable(client, serializer, kind)))('%s', (kind) => {
      expect(outcome.calls[name]?.[kind]).toEqual(EXPECTED[kind])
    })

    test.each(KINDS.filter((kind) => !isSendable(client, serializer, kind)))('%s: Celery cannot write it', (kind) => {
      expect(outcome.calls[name]?.[kind]).toEqual(UNSENDABLE)
    })

    test('is what the message is written in', () => {
      const compressedAs = compression === null ? undefined : WIRE_TYPES[compression]
      const written = outcome.messages.filter(
        (message) =>
          message['content-type'] === WIRE_TYPES[serializer] && message.headers['compression'] === compressedAs,
      )

      expect(written.map(({ headers }) => headers['task'])).toEqual(['matrix.echo'])
      expect(written.map(({ body }) => body.length < VALUE.long.length)).toEqual([compression !== null])
    })
  })
})
