import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import recording from '../../tests/vectors/events.json' with { type: 'json' }
import { nodeCodecs } from '../runtime/codecs.ts'
import { base64OfText } from './base64.ts'
import { type ClusterEvent, createEventEnvelope, decodeEvents, eventRoutingKey } from './events.ts'
import { formatEnvelope, parseEnvelope } from './message.ts'

const NOW = 1_795_251_700

function decode(raw: string): { events: ClusterEvent[]; bad: string[] } {
  const events: ClusterEvent[] = []
  const bad: string[] = []
  decodeEvents(
    raw,
    NOW,
    (event) => events.push(event),
    (why) => bad.push(why),
  )
  return { events, bad }
}

const good = { hostname: 'w@h', utcoffset: 0, pid: 7, clock: 3, uuid: 'u', timestamp: NOW - 1.5, type: 'task-started' }

/** As any sender may write it: not in kombu's own order of keys. */
function message(body: unknown, parts: object = {}): string {
  const properties = {
    delivery_tag: 't',
    delivery_info: { exchange: 'celeryev', routing_key: '' },
    body_encoding: 'base64',
  }
  const envelope = {
    'content-type': 'application/json',
    'content-encoding': 'utf-8',
    headers: {},
    properties,
    ...parts,
  }
  return JSON.stringify({ body: base64OfText(typeof body === 'string' ? body : JSON.stringify(body)), ...envelope })
}

describe('decodeEvents', () => {
  it('reads everything a real worker and client sent', () => {
    const types: Record<string, number> = {}
    for (const { raw } of recording.messages) {
      const { events, bad } = decode(raw)
      expect(bad).toEqual([])
      for (const { type, fields, ...event } of events) {
        types[type] = (types[type] ?? 0) + 1
        expect(event).toEqual({
          hostname: fields['hostname'],
          timestamp: fields['timestamp'],
          clock: fields['clock'],
          pid: fields['pid'],
          uuid: fields['uuid'] ?? null,
        })
      }
    }
    expect(types).toEqual(recording.types)
  })

  it('reads one object, an array, an empty array', () => {
    expect(decode(message(good)).events).toEqual([{ ...pick(good), fields: good }])
    expect(decode(message([good, good])).events).toHaveLength(2)
    expect(decode(message([]))).toEqual({ events: [], bad: [] })
  })

  it('reads what is not in the usual form: order of keys, plain body, tolerant JSON', () => {
    const usual = JSON.parse(message(good))
    const { body, ...rest } = usual
    expect(decode(JSON.stringify({ ...rest, body })).events).toHaveLength(1)
    const plain = message('', { properties: { ...usual.properties, body_encoding: 'utf-8' } })
    expect(decode(JSON.stringify({ ...JSON.parse(plain), body: JSON.stringify(good) })).events).toHaveLength(1)
    const nan = `{"hostname": "w@h", "type": "task-x", "uuid": "u", "timestamp": NaN, "n": 12345678901234567890}`
    expect(decode(message(nan)).events).toMatchObject([{ timestamp: NOW, fields: { n: 12345678901234567890n } }])
  })

  it('one bad event does not cost its batch', () => {
    expect(decode(message([good, 1, { ...good, type: 5 }, null, good]))).toMatchObject({
      events: [{ uuid: 'u' }, { uuid: 'u' }],
      bad: ['not-an-object', 'no-type', 'not-an-object'],
    })
  })

  it.each(['yaml', 'msgpack', 'pickle'])(
    'is written and read in %s where that is the event_serializer',
    (serializer) => {
      const event = { ...good, type: 'worker-heartbeat', hostname: 'w@h', clock: 3 }
      const parts = { hostname: 'w@h', newId: () => 'tag', serializer, codecs: nodeCodecs }
      const raw = formatEnvelope(createEventEnvelope([event, event], parts))
      const heard: unknown[] = []
      const reading = { codecs: nodeCodecs, accept: ['json', serializer] }
      decodeEvents(raw, NOW, ({ fields }) => heard.push(fields), heard.push, reading)
      expect(heard).toEqual([event, event])
      expect(decode(raw).bad).toEqual(['content-disallowed'])
    },
  )

  it.each<[string, string, string]>([
    ['not JSON', 'x', 'not-json'],
    ['empty', '', 'not-json'],
    ['body no JSON', message('x'), 'not-json'],
    ['body too deep', message(`${'['.repeat(1000)}${']'.repeat(1000)}`), 'not-json'],
    ['pickle', message(good, { 'content-type': 'application/x-python-serialize' }), 'content-disallowed'],
    ['compressed', message(good, { headers: { compression: 'application/x-gzip' } }), 'no-body'],
    ['scalar', message('"text"'), 'not-an-object'],
    ['list of lists', message([[good]]), 'not-an-object'],
    ['no type', message({ ...good, type: undefined }), 'no-type'],
    ['type __proto__', message({ ...good, type: '__proto__' }), 'bad-type'],
    ['type constructor', message({ ...good, type: 'constructor' }), 'bad-type'],
    ['type task-', message({ ...good, type: 'task-' }), 'bad-type'],
    ['type of 1 kB', message({ ...good, type: `task-${'x'.repeat(1000)}` }), 'bad-type'],
    ['no hostname', message({ ...good, hostname: undefined }), 'no-hostname'],
    ['hostname an object', message({ ...good, hostname: {} }), 'no-hostname'],
    ['no uuid', message({ ...good, uuid: undefined }), 'no-uuid'],
    ['uuid a number', message({ ...good, uuid: 7 }), 'no-uuid'],
    ['10 MB of arguments', message({ ...good, args: 'x'.repeat(10_000_000) }), 'too-large'],
    ['30 MB', message({ ...good, args: 'x'.repeat(30_000_000) }), 'too-large'],
    [
      '100,000 fields',
      message(Object.assign(Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`f${i}`, i])), good)),
      'too-large',
    ],
  ])('%s is dropped and counted', (_name, raw, why) => {
    expect(decode(raw)).toEqual({ events: [], bad: [why] })
  })

  it.each([null, '2026', 0, -5, NOW * 1000, 32_503_680_000, {}, 1e308])(
    'time %j is replaced by the receipt',
    (timestamp) => {
      expect(decode(message({ ...good, timestamp })).events[0]?.timestamp).toBe(NOW)
    },
  )

  it.each(['x', -1, 1.5, 2 ** 80, null, {}])('clock and pid %j are null', (value) => {
    expect(decode(message({ ...good, clock: value, pid: value })).events[0]).toMatchObject({ clock: null, pid: null })
  })

  it('clips long names, and needs no uuid in worker events', () => {
    const { events } = decode(
      message({ ...good, type: 'worker-heartbeat', uuid: undefined, hostname: 'h'.repeat(10_000) }),
    )
    expect(events[0]).toMatchObject({ uuid: null, hostname: 'h'.repeat(255) })
  })

  it('keeps __proto__ as data', () => {
    const { events } = decode(message('{"__proto__": {"polluted": 1}, "hostname": "w", "type": "x-y", "timestamp": 1}'))
    expect(events).toHaveLength(1)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('never throws, whatever is sent', () => {
    const odd = fc.oneof(fc.jsonValue(), fc.constantFrom('task-x', '__proto__', 'w@h', NOW, -1, 1e308))
    const event = fc.record(
      { type: odd, hostname: odd, timestamp: odd, clock: odd, pid: odd, uuid: odd, utcoffset: odd, x: odd },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fc.oneof(event, fc.array(event), odd), (body) => void decode(message(body))),
      { numRuns: 2000 },
    )
    const raw = recording.messages[0]?.raw ?? ''
    fc.assert(
      fc.property(fc.nat(raw.length), fc.nat(30), fc.string(), (at, cut, text) => {
        decode(raw.slice(0, at) + text + raw.slice(at + cut))
      }),
      { numRuns: 2000 },
    )
  })
})

describe('createEventEnvelope', () => {
  it('writes what Python writes, key by key', () => {
    for (const { raw } of recording.messages.slice(0, 10)) {
      const python = parseEnvelope(raw)
      if (!python.ok) throw new Error(python.detail)
      const body = JSON.parse(Buffer.from(python.value.body, 'base64').toString())
      const hostname = String(python.value.headers['hostname'])
      const ours = createEventEnvelope(body, { hostname, newId: () => python.value.properties.delivery_tag })
      expect(JSON.stringify({ ...ours, body })).toBe(JSON.stringify({ ...python.value, body }))
      expect(decode(formatEnvelope(ours)).events).toEqual(decode(raw).events)
    }
  })

  it('routes by type', () => {
    expect(eventRoutingKey('worker-elect-ack')).toBe('worker.elect.ack')
  })
})

function pick({ type, hostname, timestamp, clock, pid, uuid }: typeof good) {
  return { type, hostname, timestamp, clock, pid, uuid }
}
