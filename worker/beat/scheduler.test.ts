import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { BeatEntry } from '../../lib/client/beat-schedule.ts'
import { silentLog } from '../../lib/runtime/log.ts'
import { createScheduler } from './scheduler.ts'
import { createFileStore } from './stores/file.ts'

const T0 = Date.parse('2026-01-01T00:00:10Z')

function scheduler(entries: Record<string, BeatEntry>, state = {}, nowMs = T0) {
  return createScheduler({ entries, state, zone: 'UTC', cronDeadlineSeconds: null, nowMs })
}
const names = (look: { due: readonly { name: string }[] }) => look.due.map(({ name }) => name)

describe('which entries run', () => {
  test('an interval first runs one interval after the start, then each interval', () => {
    const beat = scheduler({ tick: { task: 't', schedule: 30 } })

    expect(beat.look(T0)).toEqual({ due: [], nextMs: T0 + 30_000 })
    expect(names(beat.look(T0 + 30_000))).toEqual(['tick'])
    expect(names(beat.look(T0 + 30_001))).toEqual([])
    expect(names(beat.look(T0 + 60_000))).toEqual(['tick'])
    expect(beat.state()).toEqual({ tick: { lastRunMs: T0 + 60_000, totalRunCount: 2 } })
  })

  test('a crontab runs at its minute; runs missed during a stop make one', () => {
    const entries = { cron: { task: 't', schedule: '*/15 * * * *' } }
    const beat = scheduler(entries, { cron: { lastRunMs: T0 - 5 * 3_600_000, totalRunCount: 7 } })

    expect(names(beat.look(T0))).toEqual(['cron'])
    const next = beat.look(T0)
    expect(next).toEqual({ due: [], nextMs: Date.parse('2026-01-01T00:15:00Z') })
    expect(beat.state()['cron']?.totalRunCount).toBe(8)
  })

  test('a clock that jumps never makes two runs, nor a wait of a day', () => {
    const beat = scheduler({ tick: { task: 't', schedule: 30 }, cron: { task: 'c', schedule: '* * * * *' } })
    expect(names(beat.look(T0 + 86_400_000))).toEqual(['tick', 'cron'])
    expect(names(beat.look(T0 + 86_400_001))).toEqual([])

    const back = beat.look(T0)

    expect(back.due).toEqual([])
    expect(back.nextMs).toBe(T0 + 30_000)
    expect(names(beat.look(T0 + 30_000))).toEqual(['tick'])
    expect(names(beat.look(T0 + 50_000))).toEqual(['cron'])
  })

  test('a clock set back by an hour runs no crontab time twice', () => {
    const beat = scheduler({ cron: { task: 'c', schedule: '* * * * *' } })
    expect(names(beat.look(T0 + 50_000))).toEqual(['cron'])

    const again = [10, 20, 30].flatMap((minutes) => names(beat.look(T0 + (minutes - 60) * 60_000)))

    expect(again).toEqual([])
    expect(names(beat.look(T0 + 110_000))).toEqual(['cron'])
  })

  test('a schedule that cannot be read names its entry', () => {
    expect(() => scheduler({ bad: { task: 't', schedule: '61 * * * *' } })).toThrow(
      'beat_schedule["bad"].schedule: expected seconds or a crontab (Invalid end range: 61 > 59. (minute: got',
    )
    expect(() => scheduler({ bad: { task: 't', schedule: 0 } })).toThrow('above 0')
  })
})

describe('the file of last runs', () => {
  let dir = ''
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'umbel-beat-'))
  })
  afterEach(() => rm(dir, { recursive: true }))

  test('STO-1: what was saved is loaded, and nothing else is left behind', async () => {
    const store = createFileStore(join(dir, 'deep', 'beat.json'), silentLog)
    const state = { tick: { lastRunMs: 5, totalRunCount: 2 }, __proto__x: { lastRunMs: 1, totalRunCount: 0 } }

    expect(await store.load()).toEqual({})
    await store.save({})
    await store.save(state)

    expect(await store.load()).toEqual(state)
    expect(await readdir(join(dir, 'deep'))).toEqual(['beat.json'])
    expect(JSON.parse(await readFile(join(dir, 'deep', 'beat.json'), 'utf8')).version).toBe(1)
  })

  test('STO-2: a broken file starts anew and says so', async () => {
    const said: string[] = []
    const path = join(dir, 'beat.json')
    await writeFile(path, '{"entries": {"tick": {"lastRunMs": ')
    const store = createFileStore(path, { ...silentLog, warning: (message) => said.push(message) })

    expect(await store.load()).toEqual({})
    expect(said).toHaveLength(1)
    await writeFile(path, '{"entries": {"tick": {"lastRunMs": "x"}, "ok": {"lastRunMs": 1}}}')
    expect(await store.load()).toEqual({ ok: { lastRunMs: 1, totalRunCount: 0 } })
  })
})
