import { UmbelError } from '../../errors.ts'
import * as z from '../../runtime/shape.ts'

/** kombu's `broker_transport_options` for Redis (wire.md A8); names are kombu's, times in seconds as there. */
const shape = z.object({
  visibility_timeout: z
    .number('a number of seconds, at least 1')
    .min(1, 'a number of seconds, at least 1')
    .default(3600),
  priority_steps: z
    .array(z.int().min(0).max(9), 'a list of ascending numbers from 0 to 9')
    .min(1, 'a list of ascending numbers from 0 to 9')
    .refine(isAscending, 'a list of ascending numbers from 0 to 9')
    .default([0, 3, 6, 9]),
  sep: z.string('text').min(1, 'text').default('\x06\x16'),
  global_keyprefix: z.string('text').default(''),
  fanout_prefix: z.union([z.boolean(), z.string()], 'true, false or text').default(true),
  fanout_patterns: z.boolean('true or false').default(true),
  unacked_key: z.string('text').default('unacked'),
  unacked_index_key: z.string('text').default('unacked_index'),
  unacked_mutex_key: z.string('text').default('unacked_mutex'),
  unacked_mutex_expire: z.number('a number of seconds').positive('a number of seconds').default(300),
  unacked_restore_limit: z.int('a whole number').positive('a whole number').nullish(),
  unacked_restore_interval: z.number('a number of seconds').default(10),
  unacked_restore_throttle: z.number('a number').default(10),
  queue_order_strategy: z
    .enum(['round_robin', 'priority', 'sorted'], 'round_robin, priority or sorted')
    .default('round_robin'),
  polling_interval: z.number('a number of seconds').positive('a number of seconds').nullish(),
  socket_timeout: z.number('a number of seconds').positive('a number of seconds').nullish(),
  socket_connect_timeout: z.number('a number of seconds').positive('a number of seconds').nullish(),
  socket_keepalive: z.boolean('true or false').nullish(),
  health_check_interval: z.number('a number of seconds').min(0, 'a number of seconds').nullish(),
  client_name: z.string('text').nullish(),
  master_name: z.string('text').nullish(),
  sentinel_kwargs: z
    .object({ username: z.string('text').nullish(), password: z.string('text').nullish() }, 'an object')
    .default({}),
})

export type RedisTransportOptions = z.output<typeof shape>

/**
 * Options that kombu has and this transport does not need are accepted and ignored.
 * @throws UmbelError `option/invalid`
 */
export function parseTransportOptions(options: object = {}): RedisTransportOptions {
  const result = shape.safeParse(options)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const name = String(issue?.path[0] ?? '')
  const value: unknown = Reflect.get(options, name)
  const shown = name === 'sentinel_kwargs' ? '***' : (JSON.stringify(value) ?? String(value))
  const facts = {
    option: `broker_transport_options.${name}`,
    value: shown,
    expected: issue?.message ?? 'another value',
  }
  throw new UmbelError('option/invalid', facts)
}

function isAscending(steps: readonly number[]): boolean {
  return steps.every((step, at) => at === 0 || step > (steps[at - 1] ?? -1))
}
