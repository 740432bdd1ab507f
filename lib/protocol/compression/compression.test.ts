/** bzip2 and xz of our own: what goes in comes out, nothing else does, and never too much. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nodeCodecs } from '../../runtime/codecs.ts'
import { codecFor } from './compression.ts'

const NAMES = ['bzip2', 'lzma'] as const
const noise = (length: number) => Uint8Array.from({ length }, (_, index) => Math.imul(index + 1, 0x9e3779b1) >>> 24)

describe.each(NAMES)('%s', (name) => {
  const codec = codecFor(nodeCodecs, name)
  const back = (bytes: Uint8Array) => Buffer.from(codec.decompress(codec.compress(bytes), 10_000_000))

  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array(0)],
    ['one byte', Uint8Array.of(0)],
    ['one byte many times', new Uint8Array(1_000_000).fill(7)],
    ['runs of every length', Buffer.concat(Array.from({ length: 300 }, (_, n) => Buffer.alloc(n, n)))],
    ['a period', Buffer.from('abcab'.repeat(4000))],
    ['what does not get smaller', noise(200_000)],
    ['more than a block', Buffer.concat([noise(700_000), Buffer.alloc(300_000), noise(200_000)])],
    ['all bytes', Uint8Array.from({ length: 512 }, (_, n) => n)],
  ])('gives back %s', (_name, bytes) => {
    expect(back(bytes).equals(bytes)).toBe(true)
  })

  it('gives back anything', () => {
    const pieces = fc.array(fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.string({ maxLength: 100 }).map(Buffer.from)))
    fc.assert(
      fc.property(pieces, fc.integer({ min: 1, max: 5 }), (parts, times) => {
        const bytes = Buffer.concat(Array.from({ length: times }, () => parts).flat())
        expect(back(bytes).equals(bytes)).toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  it('makes text smaller', () => {
    const text = Buffer.from(JSON.stringify(Array.from({ length: 500 }, (_, id) => ({ id, name: `task ${id % 7}` }))))
    expect(codec.compress(text).length).toBeLessThan(text.length / 5)
  })

  it('reads streams one after the other', () => {
    const two = Buffer.concat([codec.compress(Buffer.from('one ')), codec.compress(Buffer.from('two'))])
    expect(Buffer.from(codec.decompress(two, 100)).toString()).toBe('one two')
  })

  it('finds every wrong byte, or is none the worse for it', () => {
    const bytes = Buffer.from('the same words, the same words, and then others'.repeat(3))
    const packed = codec.compress(bytes)
    for (let at = 0; at < packed.length; at++) {
      const spoilt = Buffer.from(packed)
      spoilt[at] = (spoilt[at] ?? 0) ^ 0x55
      try {
        expect(Buffer.from(codec.decompress(spoilt, 10_000)).equals(bytes)).toBe(true)
      } catch (error) {
        if (!(error instanceof Error) || error.name !== 'UmbelError') throw error
      }
      expect(() => codec.decompress(packed.subarray(0, at), 10_000)).toThrow(/message/)
    }
  })

  it('stops a bomb at the limit', () => {
    const bomb = codec.compress(new Uint8Array(3_000_000))
    expect(bomb.length).toBeLessThan(2000)
    expect(() => codec.decompress(bomb, 2_999_999)).toThrow(expect.objectContaining({ code: 'message/too-large' }))
    expect(codec.decompress(bomb, 3_000_000)).toHaveLength(3_000_000)
  })

  it('reads no bytes at all of anything', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(() => codec.decompress(bytes, 1000)).toThrow(expect.objectContaining({ code: 'message/invalid' }))
      }),
    )
  })
})
