import { expect, it } from 'vitest'
import { createRuntime } from '../runtime/runtime.ts'
import { openResults } from './open-results.ts'

const open = (url: string) => openResults(url, { runtime: createRuntime() })

it('knows its backends by their URLs', () => {
  expect(open('file:///tmp').supports.subscribe).toBe(false)
  expect(open('cache+memory://')).toBe(open('cache+memory://'))
  expect(open('redis://localhost/1').supports.chords).toBe(true)
  const broker = { publish: async () => {}, consume: () => ({ close: async () => {} }) }
  expect(openResults('rpc://', { runtime: createRuntime(), broker }).replyTo).toMatch(/^[0-9a-f-]{36}$/)
})

it('names those of Celery that it has not, and those that it has', () => {
  for (const url of ['db+sqlite:///x.db', 'mongodb://u:secret@h/db', 'cache+memcached://h', 's3://', 'django-db']) {
    expect(() => open(url)).toThrow(/which Celery has and Umbel has not: expected one of redis:\/\//)
    expect(() => open(url)).not.toThrow(/secret/)
  }
  expect(() => open('nonsense')).toThrow('result backend "nonsense": scheme: expected one of redis://')
  expect(() => open('redis://h/x')).toThrow('result backend "redis://h/x"')
  expect(() => open('rpc://')).toThrow('stores results')
})
