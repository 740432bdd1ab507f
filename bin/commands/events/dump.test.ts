import { expect, it } from 'vitest'
import { createEnvelope } from '../../../lib/protocol/create-envelope.ts'
import { createDumper } from './dump.ts'

function dumped(...events: string[]): readonly string[] {
  const lines: string[] = []
  const dumper = createDumper((line) => void lines.push(line))
  for (const body of events) {
    const envelope = createEnvelope({
      ...{ body: {}, headers: {}, exchange: 'celeryev', routingKey: 'x', deliveryMode: 1, newId: () => 'i' },
    })
    dumper.take(JSON.stringify({ ...envelope, body: Buffer.from(body).toString('base64') }), 1795243690.5)
  }
  return lines
}

const base = '"hostname": "w1@box", "timestamp": 1795243690.234759, "utcoffset": 0.0, "pid": 7'

it('writes the lines of celery events --dump', () => {
  expect(
    dumped(
      `[{"type": "task-received", "uuid": "u", "name": "add", "args": "[1, 1]", "kwargs": "{}", "eta": null, ${base}}]`,
      `{"type": "task-succeeded", "uuid": "u", "result": "2", "runtime": 1.0, ${base}}`,
      `{"type": "task-started", "uuid": "other", ${base}}`,
      `{"type": "worker-heartbeat", "active": 0, "loadavg": [0.5, 1.0], "freq": 2.0, ${base}}`,
    ),
  ).toEqual([
    'w1@box [2026-11-21 06:48:10.234759+00:00] task received: add(u) args=[1, 1] kwargs={} eta=None, local_received=1795243690.5, pid=7, utcoffset=0.0',
    'w1@box [2026-11-21 06:48:10.234759+00:00] task succeeded: add(u) args=[1, 1] kwargs={} local_received=1795243690.5, pid=7, result=2, runtime=1.0, utcoffset=0.0',
    'w1@box [2026-11-21 06:48:10.234759+00:00] task started:  local_received=1795243690.5, pid=7, utcoffset=0.0',
    'w1@box [2026-11-21 06:48:10.234759+00:00] heartbeat: active=0, freq=2.0, loadavg=[0.5, 1.0], local_received=1795243690.5, pid=7, utcoffset=0.0',
  ])
})

it('passes over what is no event', () => {
  expect(dumped('nonsense', '[1, null]', '{"type": 5}', '{"hostname": "h"}')).toEqual([])
})
