import { expect, test } from 'vitest'
import { parseRedisUrl } from '../../runtime/redis-address.ts'
import { createSamePlace } from './same-place.ts'

function isSame(schedule: string, url: string, listPut: unknown = () => {}): boolean {
  return createSamePlace(parseRedisUrl(schedule), { url, listPut })()
}

test('the same server and the same database, whatever the login', () => {
  expect(isSame('redis://:secret@host:6379/1', 'redis://:***@HOST/1')).toBe(true)
  expect(isSame('redis://localhost/0', 'redis://127.0.0.1:6379')).toBe(true)
  expect(isSame('redis://host/1', 'redis://host/0')).toBe(false)
  expect(isSame('redis://host/0', 'redis://other/0')).toBe(false)
  expect(isSame('redis://host/0', 'memory://')).toBe(false)
  expect(createSamePlace(parseRedisUrl('redis://host/0'), { url: 'redis://host/0' })()).toBe(false)
  expect(createSamePlace(parseRedisUrl('redis://host/0'), null)()).toBe(false)
})

test('a broker that goes on to another server takes its messages along', () => {
  const broker = { url: 'redis://a/0', listPut: () => {} }
  const isHere = createSamePlace(parseRedisUrl('redis://a/0'), broker)
  expect(isHere()).toBe(true)

  broker.url = 'redis://b/0'

  expect(isHere()).toBe(false)
})
