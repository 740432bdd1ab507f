/** `/metrics` as a scraper sees it: read by the parsers of Prometheus' own Python client, in both formats. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runPython } from '../../testing/celery.ts'
import { type RedisServer, startRedis } from '../../testing/redis.ts'
import { startUmbelServer, type UmbelServer } from '../../testing/umbel-server.ts'
import { waitFor } from '../../testing/wait-for.ts'

const PARSE = `
import json, sys, urllib.request
from prometheus_client.parser import text_string_to_metric_families as plain
from prometheus_client.openmetrics.parser import text_string_to_metric_families as opened
found = {}
for accept, parse in (('text/plain', plain), ('application/openmetrics-text', opened)):
    request = urllib.request.Request(ADDRESS, headers={'Accept': accept})
    with urllib.request.urlopen(request) as answer:
        families = list(parse(answer.read().decode()))
        found[accept] = {
            'type': answer.headers['Content-Type'],
            'families': {f.name: f.type for f in families},
            'samples': {s.name: s.value for f in families for s in f.samples if not s.labels and s.value == s.value},
        }
print(json.dumps(found))
`

let redis: RedisServer
let umbel: UmbelServer

beforeAll(async () => {
  redis = await startRedis()
  umbel = await startUmbelServer({ broker: redis.url, metricsAuth: ['scraper:pass'] })
  const client = redis.connect()
  await client.lpush('celery', '{}')
  await client.sadd('_kombu.binding.celery', 'celery\u0006\u0016\u0006\u0016celery')
  const polled = () => umbel.monitor.queues.latest().rows.some(({ waiting }) => waiting === 1)
  await waitFor(polled, { what: 'the queue to be read' })
})

afterAll(async () => {
  await umbel?.stop()
  await redis?.stop()
})

describe('the metrics', () => {
  test('ask for the password that is theirs alone', async () => {
    const closed = await fetch(`${umbel.url}/metrics`)
    expect([closed.status, closed.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="flower"'])
    expect((await fetch(`${umbel.url}/healthcheck`)).status).toBe(200)
  })

  test('are read by the parsers of Prometheus in both formats', async () => {
    const opened = await startUmbelServer({ broker: redis.url })
    const program = PARSE.replace('ADDRESS', JSON.stringify(`${opened.url}/metrics`))
    const found = JSON.parse(await runPython(program, { broker: redis.url }))
    await opened.stop()

    const plain = found['text/plain']
    const open = found['application/openmetrics-text']
    expect(plain.type).toContain('version=0.0.4')
    expect(open.type).toContain('application/openmetrics-text')
    for (const { families, samples } of [plain, open]) {
      expect(families).toMatchObject({
        flower_events: 'counter',
        flower_task_runtime_seconds: 'histogram',
        flower_task_prefetch_time_seconds: 'gauge',
        flower_worker_prefetched_tasks: 'gauge',
        flower_worker_online: 'gauge',
        flower_worker_number_of_currently_executing_tasks: 'gauge',
        umbel_queue_messages: 'gauge',
        umbel_worker_concurrency: 'gauge',
        umbel_tasks_by_state: 'gauge',
        umbel_alerts: 'gauge',
        process_cpu_seconds: 'counter',
      })
      expect(samples).toMatchObject({
        umbel_broker_up: 1,
        umbel_sockets: 0,
        process_resident_memory_bytes: expect.any(Number),
      })
    }
  })

  test('tell queues by priority and count the requests that were answered', async () => {
    const headers = { authorization: `Basic ${Buffer.from('scraper:pass').toString('base64')}` }
    await fetch(`${umbel.url}/api/nothing`)
    const text = await waitFor(
      async () => {
        const answer = await (await fetch(`${umbel.url}/metrics`, { headers })).text()
        return answer.includes('family="api",status="404"') ? answer : null
      },
      { what: 'the request to be counted' },
    )
    expect(text).toContain('umbel_queue_messages{priority="0",queue="celery"} 1.0')
    expect(text).toContain('umbel_http_request_duration_seconds_count{family="api"} 1.0')
  })
})
