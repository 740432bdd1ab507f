import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Broker } from '../../lib/broker/broker.ts'
import { openBroker } from '../../lib/broker/open-broker.ts'
import type { BeatEntry } from '../../lib/client/beat-schedule.ts'
import { parseEnvelope } from '../../lib/protocol/message.ts'
import { createRuntime } from '../../lib/runtime/runtime.ts'
import { createFileScheduleStore } from '../../lib/schedule-store/file/file-schedule-store.ts'
import {
  createMemorySchedule,
  createMemoryScheduleStore,
} from '../../lib/schedule-store/memory/memory-schedule-store.ts'
import type { ScheduleStore } from '../../lib/schedule-store/schedule-store.ts'
import { type RedisServer, startRedis } from '../../lib/testing/redis.ts'
import { waitFor } from '../../lib/testing/wait-for.ts'
import { createProj } from '../../tests/compat/proj.ts'
import { type Beat, startBeat } from './beat.ts'

const lines: string[] = []
const say = (text: string) => void lines.push(text)
const runtime = createRuntime({ log: { debug: say, info: say, warning: say, error: say } })
let redis: RedisServer
let broker: Broker
let dir = ''
let path = ''
const beats: Beat[] = []

beforeEach(async () => {
  lines.length = 0
  redis = await startRedis()
  broker = openBroker(redis.url, { runtime })
  await broker.open()
  dir = await mkdtemp(join(tmpdir(), 'umbel-beat-'))
  path = join(dir, 'beat.json')
})
afterEach(async () => {
  for (const beat of beats.splice(0)) await beat.stop()
  await broker.close()
  await redis.stop()
  await rm(dir, { recursive: true })
})

const file = () => createFileScheduleStore({ path, runtime })
async function start(
  beat_schedule: Record<string, BeatEntry>,
  store: ScheduleStore = file(),
  hostname = 'celerybeat@a',
): Promise<Beat> {
  const app = createProj({ beat_schedule, result_backend: 'redis://localhost' })
  const beat = await startBeat({ app, broker, runtime, store, hostname })
  beats.push(beat)
  return beat
}
async function stop(beat: Beat): Promise<void> {
  beats.splice(beats.indexOf(beat), 1)
  await beat.stop()
}
async function sent(queue: string): Promise<number> {
  return redis.connect().llen(queue)
}
async function first(queue: string) {
  const envelope = parseEnvelope((await redis.connect().lindex(queue, -1)) ?? '')
  if (!envelope.ok) throw new Error('no message')
  const { headers, body } = envelope.value
  return { headers, body: JSON.parse(Buffer.from(body, 'base64').toString()) }
}
async function stateOf(name: string) {
  const store = file()
  await store.open()
  const { entries } = await store.load()
  await store.close()
  return entries.find(({ entry }) => entry.name === name)?.state
}

describe('beat', () => {
  test('sends what is due, marked as its own, and goes on where it was after a restart', async () => {
    const schedule: Record<string, BeatEntry> = {
      soon: { task: 'proj.add', schedule: 0.5, args: [1, 2], options: { queue: 'beaten', expires: 60 } },
      rarely: { task: 'proj.echo', schedule: 3600, options: { queue: 'rare' } },
    }
    const beat = await start(schedule)
    await waitFor(async () => (await sent('beaten')) >= 2)
    await stop(beat)

    const count = await sent('beaten')
    expect((await first('beaten')).headers).toMatchObject({
      task: 'proj.add',
      celery_beat_task: true,
      argsrepr: '[1, 2]',
      expires: expect.stringMatching(/\+00:00$/),
    })
    expect(await sent('rare')).toBe(0)
    expect((await stateOf('soon'))?.totalRunCount).toBe(count)
    expect((await stateOf('rarely'))?.totalRunCount).toBe(0)
    expect(lines).toContain('beat: Starting...')
    expect(lines).toContain('Scheduler: Sending due task soon (proj.add)')

    await start(schedule)
    await waitFor(async () => (await sent('beaten')) > count)
    for (const again of beats.splice(0)) await again.stop()
    expect((await stateOf('soon'))?.totalRunCount).toBe(await sent('beaten'))
  })

  test('functions among arguments are called when the task is sent', async () => {
    let calls = 0
    await start({
      lazy: {
        ...{ task: 'proj.echo', schedule: 0.2, args: [() => ++calls, 'plain'] },
        kwargs: { late: async () => ({ n: calls }) },
        options: { queue: 'lazy' },
      },
    })

    await waitFor(async () => (await sent('lazy')) >= 2)

    const { body } = await first('lazy')
    expect(body[0]).toEqual([1, 'plain'])
    expect(body[1]).toEqual({ late: { n: 1 } })
    expect(JSON.parse(await readFile(path, 'utf8')).entries.lazy.args[0]).toEqual({ __lazy__: expect.any(String) })
  })

  test('F8: broken entries are told, one by one, and the others run', async () => {
    const bad: Record<string, unknown> = {
      crontab: { task: 'proj.echo', schedule: '61 * * * *' },
      never: { task: 'proj.echo', schedule: '0 0 31 2 *' },
      task: { schedule: 1 },
      args: { task: 'proj.echo', schedule: 1, args: 'text' },
      typo: { task: 'proj.echo', schedule: 1, arg: ['text'] },
      when: { task: 'proj.echo' },
      data: { task: 'proj.echo', schedule: { type: 'interval', everySeconds: 0 } },
      misfit: { task: 'proj.add', schedule: 0.2, args: [1, 2, 3, 4], options: { queue: 'good' } },
    }
    await start({
      ...(bad as Record<string, BeatEntry>),
      good: { task: 'proj.echo', schedule: 0.2, options: { queue: 'good' } },
    })

    await waitFor(async () => (await sent('good')) >= 2)

    const told = (name: string) => lines.find((line) => line.includes(`"${name}" cannot be used`)) ?? ''
    expect(told('crontab')).toMatch(/61/)
    expect(told('never')).toMatch(/never occurs/)
    expect(told('task')).toMatch(/task: expected the name/)
    expect(told('args')).toMatch(/args: expected a list/)
    expect(told('typo')).toMatch(/beat_schedule\["typo"\]\.arg; did you mean args\?/)
    expect(told('when')).toMatch(/expected seconds or a crontab \(there is none\)/)
    expect(told('data')).toMatch(/a number of seconds above 0/)
    expect(lines.filter((line) => line.startsWith("Message Error: Couldn't apply scheduled task misfit:"))).not.toEqual(
      [],
    )
    expect((await first('good')).headers['task']).toBe('proj.echo')
  })

  test('F3: while Redis is down nothing counts as sent; when it is back one run is made up for', async () => {
    const schedule = createMemorySchedule()
    const store = createMemoryScheduleStore({ runtime, schedule })
    await start({ tick: { task: 'proj.echo', schedule: 0.5, options: { queue: 'back' } } }, store)
    await waitFor(async () => (await sent('back')) >= 1)
    await redis.kill()
    const downMs = Date.now()
    await waitFor(() => Date.now() - downMs > 2_200)

    await redis.restart()
    const backMs = Date.now()
    await waitFor(async () => (await sent('back')) >= 3)
    for (const beat of beats.splice(0)) await beat.stop()

    const notes = schedule.book.records.get('tick')?.notes.filter(({ why }) => why === 'due') ?? []
    const since = notes.filter(({ sentMs }) => sentMs > downMs)
    expect(since).toHaveLength(await sent('back'))
    // Of the runs that fell into that time one is made: a late one, not the first.
    const before = notes.filter(({ sentMs }) => sentMs <= downMs).at(-1)?.slotMs ?? 0
    const slots = since.map(({ slotMs }) => slotMs)
    expect(slots.filter((slotMs) => slotMs < backMs - 500).length).toBeLessThanOrEqual(1)
    expect(slots[0]).toBeGreaterThan(before + 500)
    expect(lines.some((line) => line.startsWith('beat: Connection error: '))).toBe(true)
  })

  test('what operators do elsewhere reaches it: pause, run now, an entry more', async () => {
    await start({ tick: { task: 'proj.echo', schedule: 0.2, options: { queue: 'ticks' } } })
    await waitFor(async () => (await sent('ticks')) >= 1)
    const operator = file()
    await operator.open()

    await operator.hold('tick', Number.POSITIVE_INFINITY, 'ann')
    let last = -1
    await waitFor(
      async () => {
        const before = last
        last = await sent('ticks')
        return last === before
      },
      { everyMs: 700 },
    )
    await operator.runNow('tick', Date.now())
    await waitFor(async () => (await sent('ticks')) === last + 1)
    const entry = (await operator.load()).entries[0]?.entry
    if (entry !== undefined) {
      await operator.put({ ...entry, name: 'more', options: { queue: 'more' }, origin: 'store' }, 'add')
    }
    await waitFor(async () => (await sent('more')) >= 1)

    expect(await sent('ticks')).toBe(last + 1)
    const byHand = (await operator.runs('tick', 1))[0]
    expect(byHand).toMatchObject({ why: 'hand' })
    await operator.close()
  })

  test('F5: a file that cannot be read does not keep it from starting', async () => {
    await writeFile(path, Buffer.from('80049500000000', 'hex'))

    await start({ tick: { task: 'proj.echo', schedule: 0.2, options: { queue: 'ticks' } } })

    await waitFor(async () => (await sent('ticks')) >= 1)
  })

  test('of two that share a schedule one sends; the other follows when it ends', async () => {
    const schedule = createMemorySchedule()
    const store = () => createMemoryScheduleStore({ runtime, schedule, leaseMs: 2_000 })
    const tasks = { tick: { task: 'proj.echo', schedule: 0.1, options: { queue: 'ticks' } } }
    const one = await start(tasks, store(), 'celerybeat@one')
    const two = await start(tasks, store(), 'celerybeat@two')
    await waitFor(async () => (await sent('ticks')) >= 10)
    expect(lines.filter((line) => line.includes('standing by'))).toHaveLength(1)

    await stop(one)
    const atStop = await sent('ticks')
    await waitFor(async () => (await sent('ticks')) >= atStop + 10)
    await stop(two)

    const record = schedule.book.records.get('tick')
    expect(record?.state.totalRunCount).toBe(await sent('ticks'))
    const dueMs = record?.notes.map(({ slotMs }) => slotMs) ?? []
    expect(new Set(dueMs).size).toBe(dueMs.length)
  })
})
