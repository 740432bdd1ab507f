import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import recording from '../../tests/vectors/control.json' with { type: 'json' }
import { base64OfText } from './base64.ts'
import { createControlEnvelope, createReplyEnvelope, matchesNode, readControlMessage, readReply } from './control.ts'
import type { Envelope } from './envelope.ts'
import { parseEnvelope } from './message.ts'

function envelopeOf(body: unknown, headers = {}): Envelope {
  return {
    body: base64OfText(JSON.stringify(body)),
    'content-encoding': 'utf-8',
    'content-type': 'application/json',
    headers,
    properties: { body_encoding: 'base64', delivery_tag: 't', delivery_info: { exchange: '', routing_key: '' } },
  }
}

describe('control messages', () => {
  it('are what Python writes, key by key, and are read', () => {
    for (const { raw } of recording.messages) {
      const python = parseEnvelope(raw)
      if (!python.ok) throw new Error(python.detail)
      const body = JSON.parse(Buffer.from(python.value.body, 'base64').toString())
      const message = readControlMessage(python.value)
      if (!message.ok) throw new Error(message.detail)
      expect(message.value).toMatchObject({
        method: body.method,
        arguments: body.arguments,
        ticket: body.ticket ?? null,
      })
      const { clock, expires } = python.value.headers
      const ours = createControlEnvelope({
        ...message.value,
        matcher: null,
        clock: Number(clock),
        expires: Number(expires),
        newId: () => python.value.properties.delivery_tag,
      })
      expect(JSON.stringify({ ...ours, body: '' })).toBe(JSON.stringify({ ...python.value, body: '' }))
      expect(Buffer.from(ours.body, 'base64').toString()).toBe(JSON.stringify(body))
    }
  })

  it.each<[unknown, string]>([
    [[], 'not-an-object'],
    [null, 'not-an-object'],
    [{}, 'no-method'],
    [{ method: 7 }, 'no-method'],
    [{ method: 'ping', arguments: [] }, 'bad-arguments'],
    [{ method: 'ping', destination: { a: 1 } }, 'bad-destination'],
    [{ method: 'ping', destination: [1] }, 'bad-destination'],
  ])('%j is %s', (body, why) => expect(readControlMessage(envelopeOf(body))).toMatchObject({ ok: false, why }))

  it('are read with what is missing, and with a destination that is text', () => {
    const message = readControlMessage(
      envelopeOf({ method: 'ping', destination: 'w@h', reply_to: 'x' }, { clock: 'x' }),
    )
    expect(message).toMatchObject({
      ok: true,
      value: { arguments: {}, destination: ['w@h'], replyTo: null, clock: null },
    })
  })

  it('of another kind are a fault, and nothing throws', () => {
    expect(readControlMessage({ ...envelopeOf({}), 'content-type': 'application/x-yaml' })).toMatchObject({
      why: 'undecodable',
    })
    fc.assert(fc.property(fc.jsonValue(), (body) => void readControlMessage(envelopeOf(body))))
    fc.assert(fc.property(fc.jsonValue(), (body) => void readReply(envelopeOf(body))))
  })
})

describe('replies', () => {
  it('are read back', () => {
    const reply = {
      hostname: 'w@h',
      reply: { ok: 'pong' },
      ticket: 't-1',
      clock: 5,
      routingKey: 'oid',
      newId: () => 'tag',
    }
    const envelope = createReplyEnvelope(reply)
    expect(envelope.properties.delivery_info).toEqual({ exchange: 'reply.celery.pidbox', routing_key: 'oid' })
    expect(readReply(envelope)).toEqual({
      ok: true,
      value: { worker: 'w@h', reply: { ok: 'pong' }, ticket: 't-1', clock: 5 },
    })
    expect(readReply(envelopeOf({}))).toMatchObject({ ok: false, why: 'no-worker' })
  })
})

describe('matchesNode', () => {
  const to = (parts: object) => matchesNode({ destination: null, pattern: null, matcher: null, ...parts }, 'w1@box')

  it('asks the destination first, then the pattern, then takes all', () => {
    expect(to({})).toBe(true)
    expect(to({ destination: [] })).toBe(true)
    expect(to({ destination: ['w1@box', 'x'] })).toBe(true)
    expect(to({ destination: ['w2@box'], pattern: '*', matcher: 'glob' })).toBe(false)
    expect(to({ pattern: 'w?@*', matcher: 'glob' })).toBe(true)
    expect(to({ pattern: 'W1@*', matcher: 'glob' })).toBe(false)
    expect(to({ pattern: 'w\\d@b', matcher: 'pcre' })).toBe(true)
    expect(to({ pattern: 'box', matcher: 'pcre' })).toBe(false)
    expect(to({ pattern: 'x' })).toBe(true)
    expect(to({ pattern: '*', matcher: 'other' })).toBe(false)
  })
})
