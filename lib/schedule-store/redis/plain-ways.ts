/**
 * What the scripts of this room do, by plain commands, for a server whose user may not run scripts: what is decided by is
 * watched, and the step is made anew when somebody was faster. Keys, arguments and answers are those of the scripts.
 */
import type { ChainableCommander, Redis } from 'ioredis'

export type PlainWay = (redis: Redis, keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>

interface Step {
  readonly answer: unknown
  /** Null: nothing is to be written. */
  readonly write: ((steps: ChainableCommander) => ChainableCommander) | null
}

/** Programs in a race: one of them wins each round. */
const TRIES = 100

async function optimistically(redis: Redis, watched: readonly string[], plan: () => Promise<Step>): Promise<unknown> {
  for (let tries = 0; tries < TRIES; tries++) {
    await redis.watch(...watched)
    let step: Step
    try {
      step = await plan()
    } catch (error) {
      await redis.unwatch().catch(() => {})
      throw error
    }
    if (step.write === null) {
      await redis.unwatch()
      return step.answer
    }
    const results = await step.write(redis.multi()).exec()
    if (results === null) continue
    for (const [error] of results) if (error !== null) throw error
    return step.answer
  }
  throw new Error('others changed the entry again and again')
}

const only = (answer: unknown): Step => ({ answer, write: null })

export const leasePlainly: PlainWay = (redis, [lock = ''], [token = '', milliseconds = 0]) =>
  optimistically(redis, [lock], async () => {
    if ((await redis.get(lock)) !== token) return only(0)
    const write = (steps: ChainableCommander) =>
      Number(milliseconds) === 0 ? steps.del(lock) : steps.pexpire(lock, milliseconds)
    return { answer: 1, write }
  })

export const editPlainly: PlainWay = (redis, keys, args) => {
  const [entry = '', schedule = '', other = '', statics = '', version = ''] = keys
  const [mode, expected, score = '', isStatic, name = '', deletedCount, writtenCount, ...rest] = args.map(String)
  const deleted = rest.splice(0, Number(deletedCount))
  const written = rest.splice(0, 2 * Number(writtenCount))
  return optimistically(redis, [entry], async () => {
    const definition = await redis.hget(entry, 'definition')
    if (definition !== null && mode === 'add') return only('exists')
    if (definition === null && (mode === 'edit' || mode === 'quiet')) return only('unknown')
    if (expected !== '*' && (definition ?? '') !== expected) return only('changed')
    const write = (steps: ChainableCommander) => {
      if (deleted.length > 0) steps.hdel(entry, ...deleted)
      if (written.length > 0) steps.hset(entry, ...written)
      for (let at = 0; at + 1 < rest.length; at += 2) steps.hsetnx(entry, rest[at] ?? '', rest[at + 1] ?? '')
      if (score !== '') steps.zrem(other, entry).zadd(schedule, score, entry)
      if (isStatic === '1') steps.sadd(statics, name)
      else if (isStatic === '0') steps.srem(statics, name)
      return mode === 'quiet' ? steps : steps.incr(version)
    }
    return { answer: 'done', write }
  })
}

export const settlePlainly: PlainWay = (redis, [schedule = '', entry = ''], args) => {
  const [pending, how, slot = '', meta = '', score = '', note = ''] = args.map(String)
  return optimistically(redis, [entry], async () => {
    const [known, before, runs] = await redis.hmget(entry, 'umbel:pending', 'umbel:before', 'umbel:runs')
    if (known !== pending) return only(0)
    const write = (steps: ChainableCommander) => {
      steps.hdel(entry, 'umbel:pending', 'umbel:before')
      if (how !== 'sent')
        takeBack(
          steps,
          entry,
          before ?? null,
          (runs ?? '').replace(/^[^\n]*/, () => note),
        )
      else if (slot !== '') steps.hset(entry, 'umbel:slot', slot, 'meta', meta)
      return score === '' ? steps : steps.zadd(schedule, 'XX', score, entry)
    }
    return { answer: 1, write }
  })
}

function takeBack(steps: ChainableCommander, entry: string, before: string | null, runs: string): void {
  const had: Record<string, unknown> = JSON.parse(before ?? '{}')
  for (const [part, field] of [
    ['slot', 'umbel:slot'],
    ['now', 'umbel:now'],
    ['meta', 'meta'],
  ] as const) {
    const value = had[part]
    if (typeof value === 'string' && value !== '') steps.hset(entry, field, value)
    else steps.hdel(entry, field)
  }
  steps.hdel(entry, 'umbel:over').hset(entry, 'umbel:runs', runs)
}

/** One after the other: three journeys for each run. */
export const sendPlainly: PlainWay = async (redis, [lock = '', ...keys], [token = '', tolerance, notes, ...args]) => {
  const answers: unknown[] = []
  for (let at = 0; 3 * at < keys.length; at++) {
    const [schedule = '', entry = '', list = ''] = keys.slice(3 * at, 3 * at + 3)
    const run = args.slice(9 * at, 9 * at + 9).map(String)
    const one = { lock, schedule, entry, list, token, tolerance: Number(tolerance), notes: Number(notes), run }
    const answer = await optimistically(redis, [lock, entry], () => sendStep(redis, one)).catch((error: unknown) => {
      // What the server says of one run is of that run; a lost connection is of all.
      if (error instanceof Error && error.name === 'ReplyError') return ['error', error.message]
      throw error
    })
    answers.push(answer)
  }
  return answers
}

interface OneSend {
  readonly lock: string
  readonly schedule: string
  readonly entry: string
  readonly list: string
  readonly token: string | number
  readonly tolerance: number
  readonly notes: number
  readonly run: readonly string[]
}

const FIELDS = [
  'umbel:slot',
  'umbel:now',
  'umbel:more',
  'umbel:runs',
  'umbel:pending',
  'meta',
  'umbel:skipped',
] as const

async function sendStep(redis: Redis, one: OneSend): Promise<Step> {
  const { lock, schedule, entry, list, token, tolerance, notes, run } = one
  const [why, slot = '', now = '', score = '', meta = '', count = '', note = '', raw = '', pending = ''] = run
  const [holder, definition, had, type] = await Promise.all([
    token === '' ? '' : redis.get(lock),
    redis.hexists(entry, 'definition'),
    redis.hmget(entry, ...FIELDS),
    raw === '' ? 'none' : redis.type(list),
  ])
  if (holder !== token) return only('lease-lost')
  if (definition === 0) return only('unknown')
  const [last = null, asked = null, more = null, runs = null, left = null, metaBefore = null, skipped = null] = had
  if (left !== null && raw === '') return only(['pending', left])
  const isByHand = why === 'hand'
  if (isByHand && (asked === null || Number(asked) !== Number(slot))) return only('taken')
  const isSkipped = skipped !== null && Number(slot) <= Number(skipped)
  const isNoted = last !== null && Number(last) >= Number(slot) && Number(last) <= Number(now) + tolerance
  if (!isByHand && (isSkipped || isNoted)) return only('taken')
  if (type !== 'none' && type !== 'list') return only(['error', `WRONGTYPE ${list} holds a ${type}`])

  const fields = ['meta', isByHand ? metaByHand(metaBefore, count) : meta]
  fields.push(
    'umbel:runs',
    [note, ...(runs ?? '').split('\n').filter((line) => line !== '')].slice(0, notes).join('\n'),
  )
  if (!isByHand) fields.push('umbel:slot', slot)
  if (more?.includes('"oneOff":true')) fields.push('umbel:over', '1')
  if (raw === '') {
    const before = { slot: last ?? '', now: asked ?? '', meta: metaBefore ?? '' }
    fields.push('umbel:pending', pending, 'umbel:before', JSON.stringify(before))
  }
  const write = (steps: ChainableCommander) => {
    if (raw !== '') steps.lpush(list, raw)
    steps.hset(entry, ...fields).hdel(entry, isByHand ? 'umbel:now' : 'umbel:skipped')
    return score === '' || isByHand ? steps : steps.zadd(schedule, 'XX', score, entry)
  }
  return { answer: 'sent', write }
}

function metaByHand(before: string | null, count: string): string {
  const old = before ?? '{"last_run_at": null}'
  const counted = old.replace(/"total_run_count":\s*\d+/, `"total_run_count": ${count}`)
  if (counted !== old || !old.includes('"last_run_at"') || old.includes('"total_run_count"')) return counted
  return old.replace(/\}\s*$/, `, "total_run_count": ${count}}`)
}
