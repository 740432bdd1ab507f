/** Fail-over under load: one master, one replica, three sentinels (reliability-security.md A8). */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openResults } from '../../results/open-results.ts'
import { createRuntime } from '../../runtime/runtime.ts'
import { runPython } from '../../testing/celery.ts'
import { sampleEnvelope } from '../../testing/sample-envelope.ts'
import { DOWN_AFTER_MS, MASTER_NAME, type SentinelSet, startSentinels } from '../../testing/sentinels.ts'
import { waitFor } from '../../testing/wait-for.ts'
import type { Broker } from '../broker.ts'
import { createRedisBroker } from './redis-broker.ts'

let set: SentinelSet
let broker: Broker
let publishing = true
/** Accepted by the broker, and taken, by number. */
const accepted = new Set<number>()
const taken = new Set<number>()
const heard = new Set<string>()

beforeEach(async () => {
  set = await startSentinels()
  broker = createRedisBroker({
    url: set.url,
    runtime: createRuntime(),
    transportOptions: { master_name: MASTER_NAME, visibility_timeout: 3 },
  })
  await broker.open()
  for (const seen of [accepted, taken, heard]) seen.clear()
  publishing = true
  broker.consume({
    queues: ['q'],
    prefetch: 10,
    onDelivery(delivery) {
      taken.add(Number(delivery.envelope.headers['n']))
      delivery.ack().catch(() => {}) // it is sent when a master is back
    },
  })
  await broker.fanout.subscribe('ev', '#', ({ routingKey }) => heard.add(routingKey))
})
afterEach(async () => {
  publishing = false
  await broker.close()
  await set.stop()
})

async function publishOnAndOn(): Promise<void> {
  for (let n = 0; publishing; n++) {
    await broker.publish('q', sampleEnvelope(n)).then(
      () => accepted.add(n),
      () => {},
    )
    broker.fanout.publish('ev', `task.${n}`, sampleEnvelope(n)).catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
const missing = () => [...accepted].filter((n) => !taken.has(n))

test('the master is killed: publishing, consuming and events go on with the other one', async () => {
  const load = publishOnAndOn()
  await waitFor(() => taken.size > 100 && heard.size > 100)

  const startMs = performance.now()
  await set.servers[0]?.kill()
  await waitFor(() => broker.status().state === 'reconnecting')
  const [acceptedBefore, takenBefore, heardBefore] = [accepted.size, taken.size, heard.size]
  const all = () =>
    accepted.size > acceptedBefore + 10 && taken.size > takenBefore + 10 && heard.size > heardBefore + 10
  await waitFor(all, { what: 'life with the new master' })
  const tookMs = performance.now() - startMs
  publishing = false
  await load

  expect(tookMs).toBeLessThan(DOWN_AFTER_MS + 40_000)
  // Replication is asynchronous: what the dead master had accepted a moment ago may be gone.
  await waitFor(() => missing().length <= 5, { what: 'all but the last messages' })
})

test('a planned fail-over: the new master is used at once, and nothing is lost that a replica had', async () => {
  // Without this a master that is about to be demoted accepts messages that only it will ever know.
  await set.servers[0]?.connect().config('SET', 'min-replicas-to-write', '1')
  const load = publishOnAndOn()
  await waitFor(() => taken.size > 100)

  await set.failOver()
  const [acceptedBefore, heardBefore] = [accepted.size, heard.size]
  const both = () => accepted.size > acceptedBefore + 100 && heard.size > heardBefore + 100
  await waitFor(both, { what: 'life with the new master' })
  publishing = false
  await load

  // The old master sees that its replica has left a moment after it has.
  await waitFor(() => missing().length <= 5, { what: 'the accepted messages' })
})

test('kombu on the same sentinels: messages in both directions, and a result', async () => {
  const url = set.url
  const program = `
from kombu import Connection, Exchange, Queue, Producer
from celery import Celery
options = {'master_name': '${MASTER_NAME}'}
app = Celery('s', broker=${JSON.stringify(url)}, backend=${JSON.stringify(url)})
app.conf.update(broker_transport_options=options, result_backend_transport_options=options)
app.send_task('proj.add', (1, 2), queue='q', headers={'n': 7})
app.backend.store_result('the-id', 42, 'SUCCESS')
connection = Connection(${JSON.stringify(url)}, transport_options=options)
channel = connection.channel()
bound = Queue('back', Exchange('back'), routing_key='back')(channel)
bound.declare()
print(bound.get(no_ack=True).headers['n'])
`
  await broker.publish('back', sampleEnvelope(5, { queue: 'back' }))

  expect(await runPython(program, { broker: url })).toBe('5\n')

  await waitFor(() => taken.has(7))
  const results = openResults(url, { runtime: createRuntime(), masterName: MASTER_NAME })
  expect(await results.get('the-id')).toMatchObject({ status: 'SUCCESS', result: 42 })
  await results.close()
})
