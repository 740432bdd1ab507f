/** A RedBeat beat of Python and one of ours on one schedule: they take turns, and no run is made twice. */
import { expect, test } from 'vitest'
import { type BeatProcess, startBeatProcess } from '../../bench/beat-failover/beat-process.ts'
import { EXPIRES_SECONDS } from '../../bench/beat-failover/terms.ts'
import { parseEnvelope } from '../../lib/protocol/message.ts'
import { createRuntime } from '../../lib/runtime/runtime.ts'
import { sampleEntry } from '../../lib/schedule-store/conformance.ts'
import { createRedisScheduleStore } from '../../lib/schedule-store/redis/redis-schedule-store.ts'
import { interval } from '../../lib/schedules/interval.ts'
import { type CeleryWorker, startRedBeat } from '../../lib/testing/celery.ts'
import { startRedis } from '../../lib/testing/redis.ts'
import { waitFor } from '../../lib/testing/wait-for.ts'

const EVERY_SECONDS = 1
const ENTRIES = 5
test('each leads while the other stands by; a killed one is followed by the other kind', {
  timeout: 300_000,
}, async () => {
  const redis = await startRedis()
  const client = redis.connect()
  let python: CeleryWorker | null = null
  let ours: BeatProcess | null = null
  const lock = async () => (await client.get('redbeat::lock')) ?? ''
  const isOurs = async () => (await lock()).startsWith('umbel:')
  const isPython = async () => /^[0-9a-f]{32}$/.test(await lock())
  async function runs(more: number): Promise<void> {
    const before = await client.llen('q')
    await waitFor(async () => (await client.llen('q')) >= before + more, { what: 'further runs' })
  }
  const env = { UMBEL_TEST_LOCK: '4', UMBEL_TEST_LOOP: '0.3' }
  // Made in the store: what the code of only one of them says, the other removes at its start.
  const store = createRedisScheduleStore({ url: redis.url, runtime: createRuntime() })
  await store.open()
  for (let n = 0; n < ENTRIES; n++) {
    const options = { queue: 'q', expires: EXPIRES_SECONDS }
    await store.put(
      sampleEntry(`entry ${n}`, { schedule: interval(EVERY_SECONDS), args: [n], kwargs: {}, options }),
      'add',
    )
  }
  await store.close()
  const startOurs = () =>
    startBeatProcess({
      name: 'ours@test',
      redisPort: redis.port,
      env: { FAILOVER_ENTRIES: '0', FAILOVER_LEASE: '3' },
    })

  try {
    ours = await startOurs()
    await waitFor(isOurs, { what: 'our lease' })
    await runs(ENTRIES)
    python = await startRedBeat({ broker: redis.url, env })
    await waitFor(() => python?.output().includes('Acquiring lock'), { what: 'Python waiting' })
    await runs(2 * ENTRIES)
    expect(python.output()).not.toContain('Acquired lock')

    await ours.kill()
    await waitFor(isPython, { what: "Python's lock" })
    await runs(2 * ENTRIES)
    ours = await startOurs()
    await waitFor(() => ours?.output().includes('held by a RedBeat beat'), {
      what: 'ours standing by',
    })
    await runs(2 * ENTRIES)
    expect(ours.output()).not.toContain('Sending due task')

    await python.stop('SIGKILL')
    await waitFor(isOurs, { what: 'our lease' })
    await runs(2 * ENTRIES)

    const sends = (await client.lrange('q', '0', '-1')).reverse().map((raw) => {
      const envelope = parseEnvelope(raw)
      if (!envelope.ok) throw new Error(raw)
      const { argsrepr, expires, lang } = envelope.value.headers
      return { entry: String(argsrepr), lang, madeMs: Date.parse(String(expires)) - EXPIRES_SECONDS * 1000 }
    })
    const turns = sends.map(({ lang }) => lang).filter((lang, at, all) => lang !== all[at - 1])
    expect(turns).toEqual(['js', 'py', 'js'])
    for (const [entry, runs] of Map.groupBy(sends, (send) => send.entry)) {
      const tookMs = (runs.at(-1)?.madeMs ?? 0) - (runs[0]?.madeMs ?? 0)
      // One too many would be the run that both made.
      expect({ entry, tooMany: Math.max(0, runs.length - 1 - Math.ceil(tookMs / (EVERY_SECONDS * 1000))) }).toEqual({
        ...{ entry, tooMany: 0 },
      })
    }
  } finally {
    await ours?.kill()
    await python?.stop('SIGKILL')
    await redis.stop()
  }
})
