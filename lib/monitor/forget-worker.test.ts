import { expect, test } from 'vitest'
import { createRuntime } from '../runtime/runtime.ts'
import { taskEvent, workerEvent } from '../testing/events.ts'
import { createHandClock } from '../testing/hand-clock.ts'
import { parseAlertConfig } from './alerts/alert-config.ts'
import { createAlerts } from './alerts/alerts.ts'
import { createCluster } from './cluster.ts'
import { createEventCounters } from './event-counters.ts'
import { createWorkerPurge, forgetWorker } from './forget-worker.ts'
import { MONITOR_DEFAULTS } from './settings.ts'

async function start(purgeMs: number | null = null) {
  const clock = createHandClock()
  const runtime = createRuntime({ clock })
  const cluster = createCluster(MONITOR_DEFAULTS)
  const rules = [{ name: 'gone', kind: 'worker-offline', forSeconds: 0 }]
  const alerts = createAlerts({
    ...{ runtime, cluster, dataDir: null },
    config: parseAlertConfig({ file: 'umbel.yaml', data: { rules }, lineOf: () => 1 }),
    queues: {
      latest: () => ({ atMs: clock.nowMs(), rows: [], error: null, unackedTotal: 0 }),
      onRound: () => () => {},
    },
    failures: () => ({ finished: 0, failed: 0 }),
  })
  const counters = createEventCounters({ cluster, maxSeries: 100, nowMs: () => 0 })
  const purge = createWorkerPurge(runtime, purgeMs, { cluster, alerts, counters })
  function told(what: string, hostname: string): void {
    const event = taskEvent(what, `${hostname}-1`, clock.nowMs() / 1_000, { hostname, name: 'proj.add' })
    counters.count(event, cluster.apply(event, clock.nowMs()))
  }
  const signal = new AbortController().signal
  await alerts.start(signal)
  await purge.start(signal)
  return {
    ...{ cluster, alerts },
    forget: (name: string) => forgetWorker(name, { cluster, alerts, counters }),
    firing: () => alerts.view().active.map(({ subject }) => subject),
    say: (type: string, name: string) =>
      void cluster.apply(workerEvent(type, name, clock.nowMs() / 1_000, { freq: 2 }), clock.nowMs()),
    sent: (client: string) => told('sent', client),
    ran: (worker: string) => told('received', worker),
    counted: () => [
      ...new Set(counters.families().flatMap(({ samples }) => samples.flatMap(({ labels }) => labels['worker'] ?? []))),
    ],
    async seconds(n: number) {
      for (let i = 0; i < n; i++) await clock.advance(1_000)
    },
    async stop() {
      await purge.stop()
      await alerts.stop()
    },
  }
}

test('a worker that will not come back is forgotten: it leaves the list, and its alert ends and is told', async () => {
  const it = await start()
  it.say('online', 'a@box')
  it.say('online', 'b@box')
  it.say('offline', 'a@box')
  it.say('offline', 'b@box')
  await it.seconds(2)
  expect(it.firing()).toEqual(['a@box', 'b@box'])

  expect(await it.forget('a@box')).toBe('forgotten')

  expect([it.firing(), it.cluster.worker('a@box')]).toEqual([['b@box'], undefined])
  expect(it.alerts.view().history[0]).toMatchObject({ subject: 'a@box', text: 'Worker a@box was forgotten' })
  expect(await it.forget('a@box')).toBe('unknown')
  await it.stop()
})

test('a worker that is online is not forgotten', async () => {
  const it = await start()
  it.say('online', 'a@box')

  expect(await it.forget('a@box')).toBe('online')

  expect(it.cluster.worker('a@box')?.online).toBe(true)
  await it.stop()
})

test('a forgotten worker that comes back is new, and sets off its alert again', async () => {
  const it = await start()
  it.say('online', 'a@box')
  it.say('offline', 'a@box')
  await it.seconds(2)
  await it.forget('a@box')
  it.say('online', 'a@box')
  await it.seconds(2)
  expect(it.firing()).toEqual([])

  it.say('offline', 'a@box')
  await it.seconds(2)

  expect(it.firing()).toEqual(['a@box'])
  await it.stop()
})

test('after the time of the option an offline worker is forgotten with its alerts, an online one never', async () => {
  const it = await start(30_000)
  it.say('online', 'gone@box')
  it.say('online', 'here@box')
  it.say('offline', 'gone@box')
  await it.seconds(28)
  expect(it.firing()).toEqual(['gone@box'])

  await it.seconds(5)

  expect(it.firing()).toEqual([])
  expect([...it.cluster.workers()].map(({ name }) => name)).toEqual(['here@box'])
  await it.stop()
})

test('the series of a worker that was forgotten leave the metrics, and so do clients that have gone', async () => {
  const it = await start(30_000)
  for (const name of ['gone@box', 'here@box']) {
    it.say('online', name)
    it.ran(name)
  }
  it.say('offline', 'gone@box')
  it.sent('gen1@web')
  await it.seconds(20)
  it.sent('gen2@web')
  await it.seconds(15)

  expect(it.counted().sort()).toEqual(['gen2@web', 'here@box'])
  await it.stop()
})
