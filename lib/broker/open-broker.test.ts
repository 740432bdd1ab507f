import { expect, test } from 'vitest'
import { createRuntime } from '../runtime/runtime.ts'
import { openBroker } from './open-broker.ts'

const runtime = createRuntime()

test.each([
  ['memory://', 'memory'],
  ['redis://localhost/0', 'redis'],
  ['rediss://localhost/0', 'redis'],
  ['redis+socket:///tmp/x.sock', 'redis'],
  ['sentinel://h/0?master_name=m', 'redis'],
])('%s', (url, kind) => {
  expect(openBroker(url, { runtime }).kind).toBe(kind)
})

test.each([
  ['amqp://u:secret@h//', 'scheme "amqp"', 'comes with a later version'],
  ['sqs://', 'scheme "sqs"', 'redis, rediss, redis+socket, sentinel, memory'],
  ['foo', 'URL', 'redis://host:port/db'],
])('%s is refused with what is supported', (url, part, expected) => {
  expect(() => openBroker(url, { runtime })).toThrow(
    expect.objectContaining({ code: 'broker/bad-url', message: expect.not.stringContaining('secret') }),
  )
  expect(() => openBroker(url, { runtime })).toThrow(part)
  expect(() => openBroker(url, { runtime })).toThrow(expected)
})

test.each([
  [{ visibility_timeout: 0 }, 'visibility_timeout'],
  [{ visibility_timeout: '1h' }, 'visibility_timeout'],
  [{ priority_steps: [9, 3] }, 'priority_steps'],
  [{ priority_steps: [] }, 'priority_steps'],
  [{ queue_order_strategy: 'x' }, 'queue_order_strategy'],
  [{ sentinel_kwargs: { password: 5 } }, 'sentinel_kwargs'],
])('transport options %j: the wrong one is named', (transportOptions, name) => {
  expect(() => openBroker('redis://h/0', { runtime, transportOptions })).toThrow(
    expect.objectContaining({
      code: 'option/invalid',
      message: expect.stringContaining(`broker_transport_options.${name}`),
    }),
  )
})
