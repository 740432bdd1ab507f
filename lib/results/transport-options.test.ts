import { expect, test } from 'vitest'
import { readResultTransportOptions } from './transport-options.ts'

test('the names are those of Celery', () => {
  const options = {
    global_keyprefix: 'pfx',
    master_name: 'main',
    sentinel_kwargs: { username: 'u', password: 'p' },
    retry_policy: { timeout: 5 },
  }

  expect(readResultTransportOptions(options)).toEqual({
    keyPrefix: 'pfx',
    masterName: 'main',
    sentinelUsername: 'u',
    sentinelPassword: 'p',
  })
})

test('what is not set is not set', () => {
  expect(readResultTransportOptions({ global_keyprefix: null })).toEqual({})
})

test('a prefix that is no text is refused by name', () => {
  expect(() => readResultTransportOptions({ global_keyprefix: 5 })).toThrow(
    'result_backend_transport_options.global_keyprefix',
  )
})
