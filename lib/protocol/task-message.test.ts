import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import vectors from '../../tests/vectors/envelopes.json' with { type: 'json' }
import { nodeCodecs } from '../runtime/codecs.ts'
import { base64OfText } from './base64.ts'
import { noCodecs } from './codecs.ts'
import type { Envelope } from './envelope.ts'
import { Decimal } from './extended-json.ts'
import { formatEnvelope, parseEnvelope } from './message.ts'
import { createTaskEnvelope, readTaskMessage, type TaskMessage } from './task-message.ts'

const options = { codecs: nodeCodecs }

function recorded(name: string): Envelope {
  const vector = vectors.vectors.find((one) => one.name === name)
  const envelope = parseEnvelope(vector?.raw ?? '')
  if (!envelope.ok) throw new Error(`no vector ${name}: ${envelope.detail}`)
  return envelope.value
}

function read(envelope: Envelope): TaskMessage {
  const message = readTaskMessage(envelope, options)
  if (!message.ok) throw new Error(`${message.why}: ${message.detail}`)
  return message.value
}

describe('what Python sent', () => {
  it('is read', () => {
    expect(read(recorded('plain'))).toMatchObject({
      protocol: 2,
      task: 'tasks.add',
      args: [1, 2],
      kwargs: {},
      retries: 0,
    })
    expect(read(recorded('kwargs'))).toMatchObject({ args: [], kwargs: { a: [1, { b: null }] } })
    expect(read(recorded('compression gzip')).args).toEqual([1, 2])
    expect(read(recorded('extended')).args).toMatchObject([
      [new Date('2024-01-02T03:04:05Z'), new Decimal('1.1'), {}, {}],
    ])
    expect(read(recorded('numbers')).args).toEqual([[10n ** 30n, Number.NaN, 0.1, 2n ** 53n + 1n]])
    expect(read(recorded('priority 7')).priority).toBe(7)
    expect(read(recorded('countdown')).eta).toMatch(/^20\d\d-.*\+00:00$/)
    expect(read(recorded('headers')).headers).toMatchObject({ my: 'header', when: new Date('2024-01-02T00:00:00Z') })
    expect(read(recorded('shadow and limits'))).toMatchObject({ shadow: 'other.name', timelimit: [60, 50] })
    expect(read(recorded('link')).embed).toMatchObject({
      callbacks: [{ args: [3] }],
      errbacks: [{ task: 'tasks.echo' }],
    })
    expect(read(recorded('chain')).embed.chain).toMatchObject([{ args: [4] }, { args: [3] }])
    expect(read(recorded('chord 1'))).toMatchObject({ groupIndex: 1, embed: { chord: { task: 'tasks.echo' } } })
    expect(read(recorded('not ascii')).args).toEqual(['äöü 😀 \u2028'])
  })

  it('in protocol 1 is read', () => {
    expect(read(recorded('protocol 1'))).toMatchObject({
      protocol: 1,
      task: 'tasks.add',
      args: [1, 2],
      kwargs: { z: 3 },
      argsrepr: '(1, 2)',
      kwargsrepr: "{'z': 3}",
      utc: true,
      embed: { chain: null },
    })
  })

  it.each([
    ['compression bzip2', noCodecs, 'compression-unsupported'],
    ['compression lzma', noCodecs, 'compression-unsupported'],
    ['serializer pickle', nodeCodecs, 'content-disallowed'],
  ])('%s is refused where it is not to be had', (name, codecs, why) =>
    expect(readTaskMessage(recorded(name), { codecs })).toMatchObject({ ok: false, why }),
  )

  it.each(['compression bzip2', 'compression lzma'])('%s is read', (name) =>
    expect(readTaskMessage(recorded(name), options)).toMatchObject({ ok: true, value: { protocol: 2 } }),
  )
})

describe('what we send', () => {
  it('is what Python sends, key by key', () => {
    const python = recorded('expires')
    const { headers, properties } = python
    const envelope = createTaskEnvelope(
      {
        task: 'tasks.add',
        id: String(headers['id']),
        args: [1, 2],
        expires: String(headers['expires']),
        expirationMs: 120_000,
        origin: String(headers['origin']),
        ignoreResult: false,
        replyTo: String(properties.reply_to),
        routingKey: 'cap',
      },
      { newId: () => properties.delivery_tag, codecs: nodeCodecs },
    )
    expect(JSON.stringify({ ...envelope, headers: { ...envelope.headers, lang: 'py' }, body: '' })).toBe(
      JSON.stringify({ ...python, body: '' }),
    )
    expect(read(envelope)).toEqual({ ...read(python), headers: envelope.headers })
  })

  it('is read back', () => {
    let count = 0
    const newId = () => `id-${++count}`
    const args = [1n, new Date(5), Uint8Array.of(255)]
    const task = {
      task: 't',
      args,
      kwargs: { a: null },
      compression: 'zstd',
      headers: { my: 1 },
      stamps: { s: [1] },
      stampedHeaders: ['s'],
    }
    const envelope = createTaskEnvelope(task, { newId, codecs: nodeCodecs })
    const again = parseEnvelope(formatEnvelope(envelope))
    expect(again.ok && read(again.value)).toMatchObject({
      id: 'id-1',
      rootId: 'id-1',
      kwargs: { a: null },
      stampedHeaders: ['s'],
    })
    expect(Object.keys(envelope.headers).slice(-2)).toEqual(['my', 'compression'])
    expect(envelope.properties.delivery_tag).toBe('id-2')
  })
})

describe('poison', () => {
  const plain = recorded('plain')
  const withHeaders = (headers: object): Envelope => ({ ...plain, headers: { ...plain.headers, ...headers } })
  const withBody = (body: unknown): Envelope => ({ ...plain, body: base64OfText(JSON.stringify(body)) })

  it.each<[string, Envelope, string]>([
    ['no headers', { ...plain, headers: {} }, 'no-task'],
    ['task null', withHeaders({ task: null }), 'no-task'],
    ['task a number', withHeaders({ task: 5 }), 'no-task'],
    ['no id', withHeaders({ id: undefined }), 'no-id'],
    ['id an object', withHeaders({ id: {} }), 'no-id'],
    ['body an object', withBody({ args: [] }), 'bad-body'],
    ['body of two', withBody([[], {}]), 'bad-body'],
    ['body null', withBody(null), 'bad-body'],
    ['embed a list', withBody([[], {}, []]), 'bad-body'],
    ['args an object', withBody([{}, {}, {}]), 'bad-args'],
    ['kwargs a list', withBody([[], [], {}]), 'bad-args'],
    ['eta no time', withHeaders({ eta: 'tomorrow' }), 'bad-eta'],
    ['eta year 10000', withHeaders({ eta: '10000-01-01T00:00:00' }), 'bad-eta'],
    ['expires no time', withHeaders({ expires: 'soon' }), 'bad-expires'],
    ['expires an object', withHeaders({ expires: {} }), 'bad-expires'],
    ['retries text', withHeaders({ retries: 'x' }), 'bad-retries'],
    ['retries negative', withHeaders({ retries: -1 }), 'bad-retries'],
    ['no content type', { ...plain, 'content-type': null }, 'bad-body'],
    ['pickle', { ...plain, 'content-type': 'application/x-python-serialize' }, 'content-disallowed'],
    ['bad base64', { ...plain, body: '***' }, 'bad-base64'],
    ['bad utf-8', { ...plain, body: '/w==' }, 'bad-charset'],
    ['unknown charset', { ...plain, 'content-encoding': 'x-none' }, 'bad-charset'],
    ['no JSON', { ...plain, body: base64OfText('[') }, 'undecodable'],
    ['too deep', { ...plain, body: base64OfText(`${'['.repeat(5000)}${']'.repeat(5000)}`) }, 'undecodable'],
    ['unknown compression', withHeaders({ compression: 'application/x-new' }), 'compression-unsupported'],
  ])('%s is a fault', (_name, envelope, why) => {
    expect(readTaskMessage(envelope, options)).toMatchObject({ ok: false, why })
  })

  it('is not what Celery also accepts', () => {
    expect(read(withBody([[], {}, null])).embed).toEqual({ callbacks: null, errbacks: null, chain: null, chord: null })
    expect(read(withBody([[], null, {}])).kwargs).toEqual({})
    expect(read(withHeaders({ retries: null, timelimit: ['a', null] }))).toMatchObject({
      retries: 0,
      timelimit: [null, null],
    })
    expect(read({ ...plain, 'content-encoding': 'binary' }).args).toEqual([1, 2])
    expect(read({ ...plain, properties: { ...plain.properties, priority: 300 } }).priority).toBe(9)
  })

  it('never throws', () => {
    const field = fc.constantFrom(...Object.keys(plain.headers), 'compression', 'x')
    fc.assert(
      fc.property(fc.dictionary(field, fc.jsonValue()), fc.jsonValue(), (headers, body) => {
        readTaskMessage({ ...withHeaders(headers), body: base64OfText(JSON.stringify(body)) }, options)
        readTaskMessage({ ...plain, headers, body: base64OfText(JSON.stringify(body)) }, options)
        readTaskMessage(withHeaders(headers), options)
      }),
      { numRuns: 1000 },
    )
  })
})
