/** Schedules of real Python beats, seen from outside: RedBeat's, which can be read and edited, and one that cannot. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Broker } from '../../broker/broker.ts'
import { openBroker } from '../../broker/open-broker.ts'
import type { ScheduleForm, ScheduleRowView } from '../../live/schedule-views.ts'
import { createRuntime } from '../../runtime/runtime.ts'
import { createRedisScheduleStore } from '../../schedule-store/redis/redis-schedule-store.ts'
import { type CeleryWorker, runPython, startCelery, startPythonBeat, startRedBeat } from '../../testing/celery.ts'
import { type RedisServer, startRedis } from '../../testing/redis.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { parseAlertConfig } from '../alerts/alert-config.ts'
import { createMonitor, type Monitor } from '../monitor.ts'
import { EMPTY_FORM } from './schedule-form.ts'

const PATIENCE_MS = 60_000

async function startMonitor(url: string, rules: readonly object[] = []) {
  const runtime = createRuntime()
  const broker: Broker = openBroker(url, { runtime })
  let zone = () => 'UTC'
  const store = createRedisScheduleStore({ url, runtime, zone: () => zone() })
  const tellZone = (ask: () => string) => {
    zone = ask
  }
  const monitor = createMonitor({
    ...{ runtime, broker, results: null, dataDir: null, version: 'test' },
    alerts: parseAlertConfig({ file: 'umbel.yaml', data: { rules }, lineOf: () => 1 }),
    settings: { queuePollMs: 200 },
    schedules: [{ name: 'redis', store, zone: null, unasked: true, owned: true, tellZone }],
  })
  broker.open().catch(() => {}) // closed before it connected
  await monitor.start(new AbortController().signal)
  const unwatch = monitor.schedules.watch()
  return {
    monitor,
    async stop() {
      unwatch()
      await monitor.stop()
      await broker.close()
    },
  }
}

const rowOf = (monitor: Monitor, id: string) => monitor.schedules.view().rows.find((row) => row.id === id)
/** The row when it is as wanted. */
const shown = (monitor: Monitor, id: string, wanted: (row: ScheduleRowView) => boolean) =>
  waitFor(
    () => {
      const row = rowOf(monitor, id)
      return row !== undefined && wanted(row) ? row : null
    },
    { timeoutMs: PATIENCE_MS },
  )

describe('the schedule of a real RedBeat', () => {
  let redis: RedisServer
  let worker: CeleryWorker
  let beat: CeleryWorker
  let running: Awaited<ReturnType<typeof startMonitor>>
  const by = { user: 'anna', role: 'operator' } as const
  const act = (name: string, input: object) => running.monitor.actions.run(by, name, input)

  beforeAll(async () => {
    redis = await startRedis()
    // Entries of RedBeat name no zone: theirs is the app's, which its workers tell.
    const env = { UMBEL_TEST_STATIC: '1', UMBEL_TEST_TIMEZONE: 'Asia/Tokyo' }
    ;[worker, beat] = await Promise.all([
      startCelery({ broker: redis.url, queues: ['q'], hostname: 'py@one', env }),
      startRedBeat({ broker: redis.url, env }),
    ])
    const missed = { name: 'missed', kind: 'beat-missed', entry: 'often', afterSeconds: 2 }
    running = await startMonitor(redis.url, [missed, { name: 'two', kind: 'two-beats' }])
  })
  afterAll(async () => {
    await running?.stop()
    await Promise.all([beat?.stop('SIGKILL'), worker?.stop()])
    await redis?.stop()
  })

  it('is found on the broker, with its runs and how they ended', async () => {
    const { monitor } = running
    const often = await shown(
      monitor,
      'redis/often',
      (row) =>
        row.recent.filter((run) => run.outcome === 'succeeded').length > 2 &&
        row.overdueSinceMs === null &&
        row.lastRun?.lateMs != null &&
        row.lastRun.lateMs < 10_000,
    )
    expect(often).toMatchObject({
      task: 'proj.echo',
      inferred: false,
      editable: true,
      warnings: [],
    })
    expect(often.recent.some(({ doubled }) => doubled)).toBe(false)
    expect(rowOf(monitor, 'redis/nightly')).toMatchObject({ neverRan: true, expression: '0 */4 * * mon-fri' })
    await waitFor(() => monitor.schedules.view().sources[0]?.beats[0]?.state === 'leading')
    expect(monitor.schedules.view().sources).toMatchObject([
      { name: 'redis', kind: 'redis', error: null, unsafe: false, beats: [{ software: 'redbeat' }] },
    ])
    expect(monitor.schedules.entry('redis/nightly').nextMs).toHaveLength(5)
  })

  it('is counted in the zone of its application, and so are edits', async () => {
    const { monitor } = running
    const nightly = await shown(monitor, 'redis/nightly', (row) => row.zone === 'Asia/Tokyo')
    const program = 'import json, redbeat_app; print(json.dumps(redbeat_app.describe("nightly")["due"]))'
    const theirs = await runPython(program, { broker: redis.url, env: { UMBEL_TEST_TIMEZONE: 'Asia/Tokyo' } })
    expect(Math.abs((nightly.nextMs ?? 0) / 1_000 - Number(theirs))).toBeLessThanOrEqual(1)

    const { form } = monitor.schedules.entry('redis/nightly')
    await act('schedule.save', {
      form: { ...form, minute: '30', hour: '2', dayOfWeek: '*' },
      replaces: 'redis/nightly',
    })
    const { nextMs } = await shown(monitor, 'redis/nightly', (row) => row.expression === '30 2 * * *')
    const client = redis.connect()
    expect(Number(await client.zscore('redbeat::schedule', 'redbeat:nightly')) * 1_000).toBe(nextMs)
    client.disconnect()
  })

  it('is held, run by hand and changed by an operator; RedBeat does as told', async () => {
    const { monitor } = running
    await act('schedule.hold', { schedule: 'redis/often' })
    expect(rowOf(monitor, 'redis/often')).toMatchObject({ heldForGood: true, heldBy: 'anna', nextMs: null })
    const held = rowOf(monitor, 'redis/often')?.totalRunCount ?? 0
    await act('schedule.resume', { schedule: 'redis/often' })
    expect(rowOf(monitor, 'redis/often')).toMatchObject({ heldForGood: false, enabled: true })
    await shown(monitor, 'redis/often', (row) => row.totalRunCount > held + 1)

    const form: ScheduleForm = {
      ...EMPTY_FORM,
      ...{
        source: 'redis',
        name: 'made here',
        task: 'proj.add',
        kind: 'interval',
        everySeconds: 1,
        args: '[20, 22]',
        queue: 'q',
      },
    }
    await act('schedule.save', { form })
    const made = await shown(monitor, 'redis/made here', (row) => row.lastRun?.outcome === 'succeeded')
    expect(made).toMatchObject({ when: 'Every second', editLasts: null })
    await expect(act('schedule.save', { form })).rejects.toMatchObject({ code: 'schedule/exists' })
    const bad = { ...form, kind: 'crontab', minute: '61' }
    await expect(act('schedule.save', { form: bad, replaces: 'redis/made here' })).rejects.toMatchObject({
      code: 'action/invalid',
      facts: { field: 'minute' },
    })
    await act('schedule.delete', { schedule: 'redis/made here' })
    expect(rowOf(monitor, 'redis/made here')).toBeUndefined()
  })

  it('is overdue when its beat is gone, and an alert says so', async () => {
    const { monitor } = running
    await beat.stop('SIGKILL')
    const state = () => monitor.alerts.view().rules.find(({ name }) => name === 'missed')?.state
    await waitFor(() => state() === 'firing', { timeoutMs: PATIENCE_MS })
    await shown(monitor, 'redis/often', (row) => row.overdueSinceMs !== null && row.recent.at(-1)?.outcome === 'missed')
    expect(monitor.alerts.view().active[0]?.text).toMatch(/^often did not run: due for /)
  })
})

describe('a Python beat whose schedule cannot be read', () => {
  let redis: RedisServer
  let dir: string
  const beats: CeleryWorker[] = []
  let running: Awaited<ReturnType<typeof startMonitor>>
  const schedule = { tick: { task: 'proj.add', schedule: 1, args: [7], options: { queue: 'q' } } }
  const states = () => Object.fromEntries(running.monitor.alerts.view().rules.map(({ name, state }) => [name, state]))
  const start = async () => {
    const file = join(dir, `beat-${beats.length}`)
    beats.push(await startPythonBeat({ broker: redis.url, schedule, file }))
  }

  beforeAll(async () => {
    redis = await startRedis()
    dir = await mkdtemp(join(tmpdir(), 'umbel-seen-'))
    running = await startMonitor(redis.url, [
      { name: 'missed', kind: 'beat-missed', entry: 'proj.add*', afterSeconds: 1 },
      { name: 'down', kind: 'beat-down', forSeconds: 1 },
      { name: 'two', kind: 'two-beats' },
    ])
    await waitFor(() => running.monitor.health().ok)
    await start()
  })
  afterAll(async () => {
    await running?.stop()
    await Promise.all(beats.map((beat) => beat.stop('SIGKILL')))
    await redis?.stop()
    await rm(dir, { recursive: true, force: true })
  })

  it('is told by the mark on its messages, marked as inferred, with the interval that it seems to have', async () => {
    const { monitor } = running
    const row = await shown(monitor, 'seen/proj.add(7)', (each) => each.nextMs !== null && each.overdueSinceMs === null)
    expect(row).toMatchObject({
      inferred: true,
      editable: false,
      task: 'proj.add',
      neverRan: false,
    })
    expect(row.when).toMatch(/^About every /)
    expect(monitor.schedules.view().sources).toMatchObject([{ name: 'seen', unsafe: false }])
  })

  it('is told to be two when a second one sends', async () => {
    // One that waits for the processor is missed for a moment.
    const areWell = () => states()['missed'] === 'ok' && states()['down'] === 'ok'
    await waitFor(areWell)
    expect(states()['two']).toBe('ok')
    await start()
    const { monitor } = running
    await waitFor(() => monitor.schedules.view().sources.some(({ unsafe }) => unsafe), { timeoutMs: PATIENCE_MS })
    await waitFor(() => states()['two'] === 'firing', { timeoutMs: PATIENCE_MS })
    await waitFor(areWell)
  })

  it('is told to be down when none sends any more, and that a run is missed', async () => {
    await Promise.all(beats.map((beat) => beat.stop('SIGKILL')))
    await waitFor(() => states()['missed'] === 'firing' && states()['down'] === 'firing', {
      timeoutMs: 2 * PATIENCE_MS,
    })
    const { active } = running.monitor.alerts.view()
    expect(active.find(({ rule }) => rule === 'down')).toMatchObject({ subject: 'seen' })
    expect(active.find(({ rule }) => rule === 'missed')?.text).toMatch(/^proj\.add\(7\) was not seen to run/)
  })
})
