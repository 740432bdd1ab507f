/** What a Redis tells of itself that matters to whoever keeps messages in it. */
import type { Redis } from 'ioredis'
import type { BrokerFacts } from '../broker.ts'

/** Share of `maxmemory` from which it is worth a word. */
const NEARLY_FULL = 0.9

export async function readRedisFacts(redis: Redis): Promise<BrokerFacts> {
  const info = parseInfo(await redis.info())
  return describeRedis(info, await readSave(redis))
}

/** When snapshots are made (`3600 1 300 100`; empty = never). Null where CONFIG is not allowed, as with hosted ones. */
async function readSave(redis: Redis): Promise<string | null> {
  try {
    const reply = await redis.config('GET', 'save')
    return Array.isArray(reply) && typeof reply[1] === 'string' ? reply[1] : null
  } catch {
    return null
  }
}

/** `name:value` lines; unknown ones are kept, missing ones are empty. */
export function parseInfo(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(/\r?\n/).flatMap((line) => {
      const colon = line.indexOf(':')
      return colon <= 0 || line.startsWith('#') ? [] : [[line.slice(0, colon), line.slice(colon + 1)] as const]
    }),
  )
}

export function describeRedis(info: ReadonlyMap<string, string>, save: string | null): BrokerFacts {
  const get = (name: string) => info.get(name) ?? ''
  const count = (name: string) => Number(info.get(name) ?? 0) || 0
  const limit = count('maxmemory')
  const policy = get('maxmemory_policy')
  const facts = [
    ['Version', `${get('redis_version')}${get('redis_mode') === 'standalone' ? '' : `, ${get('redis_mode')}`}`],
    ['Role', roleOf(get('role'), count('connected_slaves'))],
    ['Up', duration(count('uptime_in_seconds'))],
    ['Memory', `${bytes(count('used_memory'))}${limit > 0 ? ` of ${bytes(limit)}` : ', no limit set'}`],
    ['When memory runs out', policy],
    ['Keys evicted', String(count('evicted_keys'))],
    ['Clients', `${count('connected_clients')}${count('maxclients') > 0 ? ` of ${count('maxclients')}` : ''}`],
    ['Clients that wait for a message', String(count('blocked_clients'))],
    ['Kept on disk', persistence(get('aof_enabled') === '1', save)],
    ['Commands per second', String(count('instantaneous_ops_per_sec'))],
  ].map(([name = '', value = '']) => ({ name, value }))
  return { facts: facts.filter(({ value }) => value.trim() !== ''), warnings: warningsOf(info, save) }
}

function warningsOf(info: ReadonlyMap<string, string>, save: string | null): readonly string[] {
  const count = (name: string) => Number(info.get(name) ?? 0) || 0
  const [limit, used, policy] = [count('maxmemory'), count('used_memory'), info.get('maxmemory_policy') ?? '']
  const found: string[] = []
  if (policy.startsWith('allkeys-')) {
    const when = limit > 0 ? 'When its memory is full' : 'As soon as a memory limit is set and reached'
    found.push(`${when}, Redis deletes any key, whole queues among them (${policy}). Set maxmemory-policy noeviction.`)
  } else if (policy.startsWith('volatile-') && limit > 0) {
    found.push(`When its memory is full, Redis deletes results before they expire (${policy}).`)
  }
  if (count('evicted_keys') > 0 && policy !== 'noeviction') {
    found.push(`${count('evicted_keys')} keys were evicted since it started: messages or results may be among them.`)
  }
  if (limit > 0 && used > limit * NEARLY_FULL) {
    found.push(`Its memory is nearly full: ${bytes(used)} of ${bytes(limit)}.`)
  }
  if (info.get('aof_enabled') === '0' && save === '') {
    found.push('Nothing is kept on disk: when Redis restarts, all waiting messages are lost.')
  }
  if (info.get('rdb_last_bgsave_status') === 'err') found.push('The last snapshot could not be written to disk.')
  if (info.get('aof_last_write_status') === 'err') found.push('The last write to the append-only file failed.')
  return found
}

function roleOf(role: string, replicas: number): string {
  if (role !== 'master') return role === 'slave' ? 'replica' : role
  return replicas === 0 ? 'master without replicas' : `master of ${replicas} ${replicas === 1 ? 'replica' : 'replicas'}`
}

function persistence(isAppending: boolean, save: string | null): string {
  if (isAppending) return save === '' ? 'append-only file' : 'append-only file and snapshots'
  if (save === null) return 'no append-only file'
  return save === '' ? 'nothing' : 'snapshots'
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const

function bytes(value: number): string {
  let [rest, unit] = [value, 0]
  while (rest >= 1_024 && unit < UNITS.length - 1) {
    rest /= 1_024
    unit++
  }
  return `${unit === 0 || rest >= 100 ? Math.round(rest) : rest.toFixed(1)} ${UNITS[unit]}`
}

function duration(seconds: number): string {
  const [days, hours, minutes] = [seconds / 86_400, seconds / 3_600, seconds / 60].map(Math.floor)
  if ((days ?? 0) > 0) return `${days} d ${(hours ?? 0) % 24} h`
  if ((hours ?? 0) > 0) return `${hours} h ${(minutes ?? 0) % 60} m`
  return `${minutes} m`
}
