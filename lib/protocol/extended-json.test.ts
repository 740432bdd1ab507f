import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import vectors from '../../tests/vectors/json.json' with { type: 'json' }
import { Decimal, decodeExtended, encodeExtended, PlainDate, PlainTime, Uuid } from './extended-json.ts'
import { formatJson, parseJson } from './json.ts'

function decoded(name: string): unknown {
  const vector = vectors.vectors.find((one) => one.name === name)
  if (vector === undefined) throw new Error(`no vector ${name}`)
  return decodeExtended(parseJson(vector.text))
}

describe('extended JSON', () => {
  it('sends on exactly what Python sent', () => {
    for (const { name, text } of vectors.vectors) {
      const again = formatJson(encodeExtended(decodeExtended(parseJson(text))))
      expect(parseJson(again), name).toEqual(parseJson(text))
    }
  })

  it('reads every type', () => {
    expect(decoded('datetime')).toEqual(new Date('2024-01-02T03:04:05Z'))
    expect(decoded('datetime offset')).toEqual(new Date('2024-01-01T21:34:05.123Z'))
    expect(decoded('date')).toEqual(new PlainDate('2024-01-02'))
    expect(decoded('time micro')).toEqual(new PlainTime('01:02:03.000004'))
    expect(decoded('decimal')).toEqual(new Decimal('1.10'))
    expect(String(decoded('uuid'))).toBe('00000000-0000-0000-0000-000000000005')
    expect(decoded('uuid')).toBeInstanceOf(Uuid)
    expect(decoded('bytes')).toEqual(new TextEncoder().encode('text'))
    expect(Uint8Array.from(decoded('bytes binary') as Uint8Array)).toEqual(Uint8Array.of(0xff, 0, 0x80)) // it was bytes
    expect(decoded('mixed')).toMatchObject({ when: [new PlainDate('2024-01-02'), { amount: new Decimal('2.50') }] })
  })

  it('writes our own values in words that Python reads', () => {
    expect(
      encodeExtended({ at: new Date('2026-01-02T03:04:05.678Z'), all: new Map([['a', Uint8Array.of(255)]]) }),
    ).toEqual({
      at: { __type__: 'datetime', __value__: '2026-01-02T03:04:05.678000+00:00' },
      all: { a: { __type__: 'base64', __value__: '/w==' } },
    })
    expect(encodeExtended({ toJSON: () => [1] })).toEqual([1])
  })

  it('a Date that was changed is written as it is now', () => {
    const date = decoded('datetime') as Date // vector `datetime` is one
    date.setUTCFullYear(2030)
    expect(encodeExtended(date)).toEqual({ __type__: 'datetime', __value__: '2030-01-02T03:04:05+00:00' })
  })

  it('leaves plain data alone, the same object', () => {
    const plain = { a: [1, { b: 'c' }] }
    expect(decodeExtended(plain)).toBe(plain)
    expect(encodeExtended(plain)).toBe(plain)
  })

  it.each([
    { __type__: 'os.system', __value__: 'id' },
    { __type__: 'datetime', __value__: 'tomorrow' },
    { __type__: 'datetime', __value__: '2024-02-31T00:00:00' },
    { __type__: 'uuid', __value__: { hex: 'x' } },
    { __type__: 'decimal', __value__: '1/0' },
    { __type__: 'base64', __value__: '***' },
    { __type__: 'bytes', __value__: 1 },
    { __type__: ['datetime'], __value__: {} },
  ])('keeps %j as plain data', (value) => expect(decodeExtended(value)).toBe(value))

  it('refuses what has no JSON form', () => {
    const circle: Record<string, unknown> = {}
    circle['self'] = circle
    for (const value of [new Set([1]), () => 1, Symbol('x'), circle, new Date(Number.NaN)]) {
      expect(() => encodeExtended([value])).toThrow(expect.objectContaining({ code: 'message/invalid' }))
    }
  })

  it('decodes anything without throwing', () => {
    const typed = fc.record({
      __type__: fc.constantFrom('datetime', 'date', 'time', 'decimal', 'uuid', 'bytes', 'base64', 'x'),
      __value__: fc.anything(),
    })
    fc.assert(fc.property(fc.oneof(fc.jsonValue(), typed, fc.array(typed)), (value) => void decodeExtended(value)))
  })
})
