/** The fifth dimension of the matrix: what results are stored in. One cell of messages for each, all at once. */
import { beforeAll, describe, expect, test } from 'vitest'
import { CELLS, EXPECTED, KINDS } from './cells.ts'
import { type PairOutcome, runPair } from './run-pair.ts'
import type { ResultSerializer, Side } from './sides.ts'

const FORMATS: readonly { readonly serializer: ResultSerializer; readonly compression: string }[] = [
  { serializer: 'yaml', compression: '' },
  { serializer: 'msgpack', compression: '' },
  { serializer: 'msgpack', compression: 'zlib' },
  { serializer: 'pickle', compression: '' },
  { serializer: 'pickle', compression: 'zstd' },
  { serializer: 'json', compression: 'bzip2' },
]
const PAIRS: readonly { readonly client: Side; readonly worker: Side }[] = [
  { client: 'TypeScript', worker: 'Python' },
  { client: 'Python', worker: 'TypeScript' },
]

/** By compression, else by serializer: what a stored meta begins and ends with (wire.md E8). */
const LOOKS: Readonly<Record<string, readonly [begin: string, end: string]>> = {
  yaml: ['', '\n'],
  msgpack: ['', ''],
  pickle: ['\x80', '.'],
  zlib: ['\0celery-compressed\0application/x-gzip\0', ''],
  bzip2: ['\0celery-compressed\0application/x-bz2\0BZh', ''],
  zstd: ['\0celery-compressed\0application/zstd\0\x28\xb5\x2f\xfd', ''],
}

describe.each(PAIRS)('$client client, $worker worker', ({ client, worker }) => {
  let outcomes: readonly PairOutcome[] = []

  beforeAll(async () => {
    const cells = CELLS.filter(({ name }) => name === 'json-plain')
    const runs = FORMATS.map(({ serializer, compression }) =>
      runPair({ client, worker, cells, resultSerializer: serializer, resultCompression: compression }),
    )
    outcomes = await Promise.all(runs)
  }, 300_000)

  describe.each(FORMATS.map((format, index) => ({ ...format, index })))(
    'results in $serializer $compression',
    ({ serializer, compression, index }) => {
      test.each(KINDS)('%s', (kind) => {
        expect(outcomes[index]?.calls['json-plain']?.[kind]).toEqual(EXPECTED[kind])
      })

      test('is what results are written in', () => {
        const metas = outcomes[index]?.metas ?? []
        const [begin, end] = LOOKS[compression || serializer] ?? ['nothing', '']
        const texts = metas.map((meta) => meta.toString('latin1'))
        expect(texts.length).toBeGreaterThan(10)
        expect(texts.filter((text) => !text.startsWith(begin) || !text.endsWith(end))).toEqual([])
        expect(texts.filter((text) => isJson(text))).toEqual([])
      })
    },
  )
})

/** Bare JSON in one line, as results are stored unless something else was asked for. */
function isJson(text: string): boolean {
  return text.startsWith('{"') && text.endsWith('}')
}
