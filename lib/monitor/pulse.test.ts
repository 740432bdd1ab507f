import { expect, it } from 'vitest'
import { createRuntime } from '../runtime/runtime.ts'
import { workerEvent } from '../testing/events.ts'
import { createHandClock } from '../testing/hand-clock.ts'
import { createCluster } from './cluster.ts'
import { createPulse } from './pulse.ts'
import { MONITOR_DEFAULTS } from './settings.ts'

it('takes a silent worker offline only when the broker was heard to be there meanwhile', async () => {
  const clock = createHandClock()
  const cluster = createCluster(MONITOR_DEFAULTS)
  const isOnline = () => cluster.worker('w@box')?.online
  const beat = () => cluster.apply(workerEvent('heartbeat', 'w@box', clock.nowMs() / 1_000, { freq: 2 }), clock.nowMs())
  const seconds = async (n: number) => {
    for (let i = 0; i < n * 10; i++) await clock.advance(100)
  }
  let heardUntilMs: number | null = null
  const pulse = createPulse(createRuntime({ clock }), cluster, {
    isListening: () => true,
    heardUntilMs: (nowMs) => heardUntilMs ?? nowMs,
    tend: () => {},
  })
  await pulse.start(new AbortController().signal)
  await seconds(12)
  beat()
  heardUntilMs = clock.nowMs()
  await seconds(60)
  expect(isOnline()).toBe(true)

  heardUntilMs = null
  await seconds(2)
  expect(isOnline()).toBe(false)
  await pulse.stop()
})
