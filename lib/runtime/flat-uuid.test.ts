import { expect, test } from 'vitest'
import { flatUuid } from './flat-uuid.ts'

test('ids are random UUIDs of version 4, each another one', () => {
  const ids = Array.from({ length: 10_000 }, flatUuid)
  expect(new Set(ids).size).toBe(10_000)
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})
