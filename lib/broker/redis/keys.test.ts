import { expect, test } from 'vitest'
import { createKeys } from './keys.ts'
import { parseTransportOptions } from './transport-options.ts'

const SEP = '\x06\x16'

test('priorities fall on the largest step not above them (wire.md A2)', () => {
  const keys = createKeys(parseTransportOptions(), 0)

  expect([0, 2, 3, 5, 6, 8, 9].map((priority) => keys.list('q', priority))).toEqual([
    'q',
    'q',
    `q${SEP}3`,
    `q${SEP}3`,
    `q${SEP}6`,
    `q${SEP}6`,
    `q${SEP}9`,
  ])
  expect(keys.lists('q')).toEqual(['q', `q${SEP}3`, `q${SEP}6`, `q${SEP}9`])
})

test.each([
  [{}, 0, 'worker.online', '/0.celeryev/worker.online'],
  [{}, 5, '', '/5.celeryev'],
  [{ global_keyprefix: 'pfx:' }, 0, 'a', 'pfx:/0.celeryev/a'],
  [{ fanout_prefix: false }, 0, 'a', 'celeryev/a'],
  [{ fanout_prefix: '/x.' }, 0, 'a', '/x.celeryev/a'],
  [{ fanout_patterns: false }, 0, 'a', '/0.celeryev'],
])('channels with %j (wire.md A6)', (options, db, routingKey, channel) => {
  expect(createKeys(parseTransportOptions(options), db).channel('celeryev', routingKey)).toBe(channel)
})

test('members of a binding table that are none are skipped', () => {
  const keys = createKeys(parseTransportOptions(), 0)

  expect(keys.splitMember(keys.bindingMember('key', 'queue'))).toEqual(['key', '', 'queue'])
  expect(['', 'x', `a${SEP}b`, `a${SEP}b${SEP}`, `a${SEP}b${SEP}c${SEP}d`].map(keys.splitMember)).toEqual(
    Array.from({ length: 5 }, () => null),
  )
})
