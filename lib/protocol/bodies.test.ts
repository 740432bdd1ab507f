/** Every serializer and compression, as the real kombu and Celery wrote them (tests/compat/bodies.py). */
import { describe, expect, it } from 'vitest'
import vectors from '../../tests/vectors/bodies.json' with { type: 'json' }
import { nodeCodecs } from '../runtime/codecs.ts'
import { pythonBody, pythonValue } from '../testing/python-values.ts'
import { decodeBody, encodeBody } from './body.ts'
import type { Envelope } from './envelope.ts'
import { readPickle } from './pickle/read-pickle.ts'
import { pythonRepr } from './repr.ts'
import { encodeTaskMeta, parseTaskMeta } from './task-meta.ts'

const bytesOf = (base64: string) => Buffer.from(base64, 'base64')

function envelopeOf(body: string, type: string, encoding: string, mime: string | null): Envelope {
  return {
    body,
    'content-type': type,
    'content-encoding': encoding,
    headers: mime === null ? {} : { compression: mime },
    properties: { body_encoding: 'base64', delivery_tag: 't', delivery_info: { exchange: '', routing_key: 'q' } },
  }
}

describe('bodies that Python wrote', () => {
  it.each(vectors.bodies)('$serializer, $compression', ({ serializer, type, encoding, mime, body }) => {
    const accept = [serializer]
    const options = { codecs: nodeCodecs, accept, exactFloats: true }
    expect(decodeBody(envelopeOf(body, type, encoding, mime), options)).toEqual(pythonBody(serializer))
    const others = {
      codecs: nodeCodecs,
      accept: ['json', 'yaml', 'msgpack', 'pickle'].filter((one) => one !== serializer),
    }
    expect(() => decodeBody(envelopeOf(body, type, encoding, mime), others)).toThrow(
      expect.objectContaining({ code: 'message/content-disallowed' }),
    )
  })

  it.each(vectors.bodies)(
    'are ours too: $serializer, $compression',
    ({ serializer, compression, type, encoding, mime }) => {
      const value = pythonBody(serializer)
      const encoded = encodeBody(value, { codecs: nodeCodecs, serializer, compression })
      expect(encoded).toMatchObject({ 'content-type': type, 'content-encoding': encoding, compression: mime })
      const envelope = envelopeOf(encoded.body, type, encoding, encoded.compression)
      expect(decodeBody(envelope, { codecs: nodeCodecs, accept: [type], exactFloats: true })).toEqual(value)
    },
  )

  it('of the full YAML dumper hold tuples as lists', () => {
    const envelope = envelopeOf(vectors.fullYaml, 'application/x-yaml', 'utf-8', null)
    expect(decodeBody(envelope, { codecs: nodeCodecs, accept: ['yaml'] })).toEqual({
      tuple: [1, 2],
      text: 'a',
      bytes: Uint8Array.of(120),
      nested: [[1, [2]]],
    })
  })
})

describe('metas that Python wrote', () => {
  it.each(vectors.metas)('$serializer, $compression', ({ serializer, compression, success, failure }) => {
    const good = parseTaskMeta(bytesOf(success), nodeCodecs)
    expect(good).toMatchObject({ ok: true, value: { task_id: 'an-id', result: { sum: 5, text: 'ü' } } })
    expect(good.ok && pythonRepr(good.value.args)).toBe('[2, 3.0]')
    expect(parseTaskMeta(bytesOf(failure), nodeCodecs)).toMatchObject({
      ok: true,
      value: { status: 'FAILURE', result: { exc_type: 'ValueError', exc_message: ['x', 42], exc_module: 'builtins' } },
    })
    if (!good.ok) return
    const ours = encodeTaskMeta(good.value, { codecs: nodeCodecs, serializer, compression })
    expect(typeof ours === 'string').toBe(serializer === 'json' && compression === null)
    expect(parseTaskMeta(ours, nodeCodecs)).toEqual(good)
  })

  it('are refused in a format that result_accept_content does not name', () => {
    for (const { serializer, success } of vectors.metas) {
      const accept = ['json', 'yaml', 'msgpack', 'pickle'].filter((one) => one !== serializer)
      expect(parseTaskMeta(bytesOf(success), nodeCodecs, 1_000_000, accept)).toMatchObject({ ok: false })
      expect(parseTaskMeta(bytesOf(success), nodeCodecs, 1_000_000, [serializer])).toMatchObject({ ok: true })
    }
  })
})

const SHOWN: Readonly<Record<string, string>> = {
  tuple: '[1, [2], []]',
  shared: '[[1], [1]]',
  ordered: "{'b': 1, 'a': 2}",
  default: "{'a': [1]}",
  deque: '[1, 2]',
  counter: "{'a': 2, 'b': 1}",
  frozen: "{'a'}",
  array: "b'00ff'",
  error: "builtins.ValueError('x', 42)",
  longs: `[2147483648, -2147483649, ${2n ** 300n}, -${2n ** 300n}]`,
}

describe('pickles of every protocol', () => {
  it.each(vectors.pickles)('$name, protocol $protocol', ({ name, pickle }) => {
    const value = readPickle(bytesOf(pickle), { exactFloats: true })
    if (name === 'all') expect(value).toEqual(pythonValue('pickle'))
    else if (name === 'many') expect(value).toEqual(Array.from({ length: 1200 }, (_, index) => index))
    else if (name === 'long') expect(value).toBe('x'.repeat(300))
    else if (SHOWN[name] !== undefined) expect(pythonRepr(value)).toBe(SHOWN[name])
    else
      expect(value).toMatchObject({ subtask_type: name === 'signature' ? null : name, options: {}, immutable: false })
  })
})
