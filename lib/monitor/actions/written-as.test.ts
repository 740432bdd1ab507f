import { expect, it } from 'vitest'
import { createTaskEnvelope } from '../../protocol/task-message.ts'
import { nodeCodecs } from '../../runtime/codecs.ts'
import { isSigned, writable, writtenAs, writtenBy } from './written-as.ts'

const parts = { newId: () => 'id', codecs: nodeCodecs }
const nothing = { serializer: null, compression: null }

it.each([
  ['json', null],
  ['yaml', 'zlib'],
  ['msgpack', 'zstd'],
  ['pickle', 'bzip2'],
])('a message in %s, compressed with %s, is written again as it was', (serializer, compression) => {
  const original = createTaskEnvelope({ task: 't', args: [[1]], serializer, compression }, parts)
  const found = writable(writtenAs(original), nodeCodecs)
  const again = createTaskEnvelope({ task: 't', args: [[1]], ...found, serializer: found.serializer ?? '' }, parts)

  expect(again).toEqual(original)
})

it('what cannot be written here is left to the default', () => {
  expect(writable({ serializer: 'auth', compression: 'application/x-unheard' }, nodeCodecs)).toEqual(nothing)
})

it('without the message the worker that had it tells, if it has', () => {
  const conf = { atMs: 0, value: { task_serializer: 'msgpack', task_compression: 'zlib' } }
  const inspector = { answers: (worker: string) => (worker === 'a@test' ? { conf } : {}) }

  expect(writtenBy('a@test', inspector)).toEqual({ serializer: 'msgpack', compression: 'zlib' })
  expect(writtenBy('b@test', inspector)).toEqual(nothing)
  expect(writtenBy(null, inspector)).toEqual(nothing)
})

it('a signed message is known as one, by its content type or by the name of the serializer', () => {
  expect(isSigned({ serializer: 'application/data', compression: null })).toBe(true)
  expect(isSigned({ serializer: 'auth', compression: null })).toBe(true)
  expect(isSigned({ serializer: 'application/json', compression: null })).toBe(false)
})
