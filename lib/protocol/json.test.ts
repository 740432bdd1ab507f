import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import vectors from '../../tests/vectors/json.json' with { type: 'json' }
import { formatJson, MAX_JSON_DEPTH, parseJson } from './json.ts'
import { parseTolerantJson } from './tolerant-json.ts'

/** As JSON.parse rounds integers. */
function rounded(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (Array.isArray(value)) return value.map(rounded)
  if (typeof value !== 'object' || value === null) return value
  const copy = Object.create(Object.prototype)
  for (const [name, field] of Object.entries(value)) {
    Object.defineProperty(copy, name, { value: rounded(field), enumerable: true })
  }
  return copy
}

describe('parseJson', () => {
  it('reads all that Python writes, and writes it again as the same value', () => {
    for (const { name, text } of vectors.vectors) {
      const value = parseJson(text)
      expect(parseJson(formatJson(value)), name).toEqual(value)
      expect(parseTolerantJson(text), name).toEqual(value)
    }
  })

  it('keeps integers exactly and reads what JSON has no word for', () => {
    expect(parseJson('[9007199254740991, 9007199254740993, -9223372036854775808, 1e3]')).toEqual([
      9007199254740991,
      9007199254740993n,
      -9223372036854775808n,
      1000,
    ])
    expect(parseJson('{"a": NaN, "b": [Infinity, -Infinity]}')).toEqual({ a: Number.NaN, b: [Infinity, -Infinity] })
    expect(parseJson('["1234567890123456789", 0.1234567890123456789]')).toEqual([
      '1234567890123456789',
      0.12345678901234568,
    ])
  })

  it('agrees with JSON.parse on every JSON text', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.boolean(), (value, pretty) => {
        const text = JSON.stringify(value, null, pretty ? 2 : undefined)
        expect(rounded(parseTolerantJson(text))).toEqual(JSON.parse(text))
        expect(rounded(parseJson(text))).toEqual(JSON.parse(text))
        expect(JSON.parse(formatJson(value))).toEqual(JSON.parse(text))
      }),
    )
  })

  it('throws SyntaxError and nothing else, whatever the text', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      'a',
      '1',
      '-',
      'NaN',
      'null',
      ' ',
      '"k"',
      '__proto__',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((parts) => parts.join('')),
        ),
        (text) => {
          try {
            parseJson(text)
          } catch (error) {
            expect(error).toBeInstanceOf(SyntaxError)
          }
        },
      ),
      { numRuns: 2000 },
    )
  })

  it.each(['', '{', '[1,]', '{"a":1,}', '{a:1}', '"abc', '"\\x"', 'tru', '1 2', '01', '--1', '+1', '[1 2]', '{"a" 1}'])(
    'refuses %j',
    (text) => expect(() => parseJson(text)).toThrow(SyntaxError),
  )

  it('caps nesting, also when brackets hide in strings', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
    expect(() => parseJson(nested(MAX_JSON_DEPTH))).not.toThrow()
    expect(() => parseJson(nested(MAX_JSON_DEPTH + 1))).toThrow(SyntaxError)
    expect(() => parseJson(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`)).toThrow(SyntaxError)
    expect(parseJson(JSON.stringify(['[\\"'.repeat(1000)]))).toEqual(['[\\"'.repeat(1000)])
  })

  it('keeps __proto__ as data', () => {
    for (const text of ['{"__proto__": {"x": 1}}', '{"__proto__": {"x": 1}, "n": NaN}']) {
      const value = parseJson(text)
      expect(Object.hasOwn(value as object, '__proto__')).toBe(true) // an object was parsed
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
      expect(({} as Record<string, unknown>)['x']).toBeUndefined()
    }
  })

  it('takes long strings, and refuses integers whose digits alone would cost seconds', () => {
    const text = `[NaN, "${'x\\n'.repeat(2_000_000)}"]`
    expect((parseJson(text) as string[])[1]).toHaveLength(4_000_000) // an array was written
    expect(() => parseJson('1'.repeat(1_000_000))).toThrow(SyntaxError)
  })
})

describe('formatJson', () => {
  it('writes what Python reads', () => {
    expect(formatJson({ a: 2n ** 70n, b: [Number.NaN, -Infinity], c: undefined, d: [undefined] })).toBe(
      '{"a":1180591620717411303424,"b":[NaN,-Infinity],"d":[null]}',
    )
    expect(formatJson({ when: new Date(0), n: 1n })).toBe('{"when":"1970-01-01T00:00:00.000Z","n":1}')
  })

  it('ends with RangeError on a circle', () => {
    const circle: unknown[] = []
    circle.push(circle)
    expect(() => formatJson(circle)).toThrow(RangeError)
  })
})
