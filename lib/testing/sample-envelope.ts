import { randomUUID } from 'node:crypto'
import type { Envelope } from '../protocol/envelope.ts'

/** A task message as a client of ours sends it; header `n` tells one from another. */
export function sampleEnvelope(n: number, parts: { queue?: string; priority?: number } = {}): Envelope {
  const { queue = 'q', priority = 0 } = parts
  const id = randomUUID()
  return {
    body: Buffer.from(JSON.stringify([[n], {}, {}])).toString('base64'),
    'content-encoding': 'utf-8',
    'content-type': 'application/json',
    headers: { lang: 'js', task: 'proj.add', id, n },
    properties: {
      correlation_id: id,
      delivery_mode: 2,
      delivery_info: { exchange: '', routing_key: queue },
      priority,
      body_encoding: 'base64',
      delivery_tag: randomUUID(),
    },
  }
}
