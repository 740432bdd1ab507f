import { deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { nodeCodecs } from '../runtime/codecs.ts'
import { base64OfBytes } from './base64.ts'
import { decodeBody, encodeBody } from './body.ts'
import { noCodecs } from './codecs.ts'
import type { Envelope } from './envelope.ts'

function envelopeOf(parts: Partial<Envelope> & { encoding?: string }): Envelope {
  const { encoding = 'base64', ...rest } = parts
  return {
    body: '',
    'content-encoding': 'utf-8',
    'content-type': 'application/json',
    headers: {},
    properties: { body_encoding: encoding, delivery_tag: 't', delivery_info: { exchange: '', routing_key: 'q' } },
    ...rest,
  }
}

const options = { codecs: nodeCodecs, maxBytes: 1_000_000 }
const base64 = (bytes: Uint8Array | string) => base64OfBytes(Buffer.from(bytes))
const compressed = (bytes: Uint8Array, mime: string) =>
  envelopeOf({ body: base64(bytes), headers: { compression: mime } })

describe('bodies', () => {
  it.each([null, 'gzip', 'zlib', 'brotli', 'zstd', 'bzip2', 'lzma', 'xz', 'application/x-gzip'])(
    'go there and back with compression %s',
    (name) => {
      const value = [{ ü: 2n ** 64n, when: new Date(0) }, 'x'.repeat(1000)]
      const { compression, ...parts } = encodeBody(value, { codecs: nodeCodecs, compression: name })
      expect(decodeBody(envelopeOf({ ...parts, headers: { compression } }), options)).toEqual(value)
    },
  )

  it('read zlib and real gzip under the same name', () => {
    for (const pack of [deflateSync, gzipSync]) {
      expect(decodeBody(compressed(pack('[1]'), 'application/x-gzip'), options)).toEqual([1])
    }
  })

  it('without base64 are the text itself', () => {
    expect(decodeBody(envelopeOf({ body: '["ü"]', encoding: 'utf-8' }), options)).toEqual(['ü'])
  })

  it('of other character sets are read', () => {
    const latin = envelopeOf({ body: base64(Buffer.from('["ü"]', 'latin1')), 'content-encoding': 'latin-1' })
    expect(decodeBody({ ...latin, 'content-encoding': 'iso-8859-1' }, options)).toEqual(['ü'])
  })

  it('that are plain data are given as they are', () => {
    expect(decodeBody(envelopeOf({ body: base64('raw'), 'content-type': null }), options)).toBe('raw')
    const bytes = envelopeOf({ body: '/w==', 'content-type': 'application/data', 'content-encoding': 'binary' })
    expect(Uint8Array.from(decodeBody(bytes, options) as Uint8Array)).toEqual(Uint8Array.of(255)) // binary data is bytes
  })

  it.each([
    'application/x-python-serialize',
    'application/x-yaml',
    'application/x-msgpack',
    'text/plain',
    'x/y',
    '__proto__',
  ])('of type %s are refused, and not even decompressed', (type) => {
    const envelope = { ...compressed(Buffer.from('rubbish'), 'application/x-gzip'), 'content-type': type }
    expect(() => decodeBody(envelope, options)).toThrow(expect.objectContaining({ code: 'message/content-disallowed' }))
    const accepting = { codecs: noCodecs, accept: ['pickle', 'yaml', 'msgpack'] }
    expect(() => decodeBody(envelope, accepting)).toThrow(
      expect.objectContaining({ code: 'message/content-disallowed' }),
    )
  })

  it.each([
    ['bad base64', envelopeOf({ body: 'W1*d' }), 'message/invalid'],
    ['bad charset', envelopeOf({ body: '/w==' }), 'message/invalid'],
    ['unknown charset', envelopeOf({ body: 'W10=', 'content-encoding': 'klingon' }), 'message/invalid'],
    ['bad JSON', envelopeOf({ body: base64('[') }), 'message/invalid'],
    ['broken zlib', compressed(Buffer.from('no zlib'), 'application/x-gzip'), 'message/invalid'],
    ['cut zlib', compressed(deflateSync('[1, 2, 3, 4]').subarray(0, 12), 'application/x-gzip'), 'message/invalid'],
    ['broken bzip2', compressed(Buffer.from('BZh9'), 'application/x-bz2'), 'message/invalid'],
    ['broken xz', compressed(Buffer.from('fd377a585a00', 'hex'), 'application/x-lzma'), 'message/invalid'],
    ['lz4', compressed(Buffer.from('x'), 'application/x-lz4'), 'message/compression-unsupported'],
    ['constructor', compressed(Buffer.from('x'), 'constructor'), 'message/compression-unsupported'],
    ['too large', envelopeOf({ body: base64('['.padEnd(1_000_001)) }), 'message/too-large'],
  ])('%s is an error', (_name, envelope, code) => {
    expect(() => decodeBody(envelope, options)).toThrow(expect.objectContaining({ code }))
  })

  it.each(['application/x-gzip', 'application/x-brotli', 'application/zstd'])(
    'a bomb of type %s is stopped at the cap',
    (mime) => {
      const bomb = nodeCodecs.compressions[mime]?.compress(Buffer.alloc(64_000_000)) ?? Buffer.alloc(0)
      const before = process.memoryUsage().rss
      expect(() => decodeBody(compressed(bomb, mime), options)).toThrow(
        expect.objectContaining({ code: 'message/too-large' }),
      )
      expect(process.memoryUsage().rss - before).toBeLessThan(40_000_000)
    },
  )
})
