/** The names that -P takes, Celery's own among them. */
import { nearestWord } from '../../lib/errors/nearest-word.ts'
import { UmbelError } from '../../lib/errors.ts'

export const POOL_NAMES = ['async', 'solo', 'threads', 'processes'] as const
export type PoolName = (typeof POOL_NAMES)[number]

/** What Python's pools are here. Green threads are what an event loop is. */
const ALIASES: Readonly<Record<string, PoolName>> = {
  prefork: 'processes',
  processes: 'processes',
  threads: 'threads',
  thread: 'threads',
  solo: 'solo',
  async: 'async',
  gevent: 'async',
  eventlet: 'async',
}

/** Throws option/invalid. */
export function poolNameOf(given: string): PoolName {
  const name = Object.hasOwn(ALIASES, given) ? ALIASES[given] : undefined
  if (name !== undefined) return name
  const close = nearestWord(given, Object.keys(ALIASES))
  const hint = close === null ? '' : `; did you mean ${close}?`
  const expected = `${POOL_NAMES.join(', ')}, or Celery's prefork, gevent, eventlet${hint}`
  throw new UmbelError('option/invalid', { option: 'worker_pool (-P)', value: given, expected })
}

/** A line for the log where another pool runs than the one that was asked for by name; null where there is none. */
export function poolNote(given: string): string | null {
  if (given !== 'gevent' && given !== 'eventlet') return null
  return `The pool ${given} is Python's; here its place is taken by async, which runs tasks in the event loop.`
}
