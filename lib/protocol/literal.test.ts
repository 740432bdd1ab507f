import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exactRepr } from './exact-repr.ts'
import { decodeExtended } from './extended-json.ts'
import { parseJson } from './json.ts'
import { parseArgs, parseKwargs, parsePythonLiteral } from './literal.ts'
import { isRecord } from './record.ts'
import { argsRepr } from './repr.ts'

/** Not imported: the bundler refuses lone surrogates in JSON. */
const vectors: Vectors = JSON.parse(readFileSync(new URL('../../tests/vectors/literals.json', import.meta.url), 'utf8'))

interface Vectors {
  readonly vectors: readonly { readonly text: string; readonly ok: boolean; readonly json?: string }[]
  readonly roundTrips: readonly { readonly json: string; readonly args: string }[]
}

/** What Python reads and cannot be sent on as it was, or is left out here on purpose. */
const REFUSED: Readonly<Record<string, string>> = {
  '{1: 2}': 'unsupported-key',
  '{None: 1}': 'unsupported-key',
  '{(1, 2): 3}': 'unsupported-key',
  '1e400': 'not-finite',
  "'\\N{BULLET}'": 'not-literal',
}

describe('parsePythonLiteral', () => {
  it('reads what ast.literal_eval reads, as the same value', () => {
    for (const vector of vectors.vectors) {
      const { text, ok, json } = vector
      const read = parsePythonLiteral(text, { exactFloats: true })
      if (Object.hasOwn(REFUSED, text)) expect(read, text).toMatchObject({ ok: false, why: REFUSED[text] })
      else if (!ok || json === undefined) expect(read, text).toMatchObject({ ok: false })
      else
        expect(read.ok && plain(read.value), text).toEqual(
          plain(decodeExtended(parseJson(json, { exactFloats: true }))),
        )
    }
  })

  it('reads back every repr', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const clean = JSON.parse(JSON.stringify(value))
        const read = parsePythonLiteral(exactRepr(clean))
        expect(read.ok && JSON.stringify(rounded(read.value))).toBe(JSON.stringify(clean))
      }),
      { numRuns: 1000 },
    )
  })

  it.each([
    ['(1, ...)', 'truncated'],
    ["('abc", 'not-literal'],
    ["('abc...", 'truncated'],
    ['[[...]]', 'truncated'],
    ["{'a': {...}}", 'truncated'],
    ['<object at 0x7f>', 'not-literal'],
    ['(datetime.datetime(2024, 1, 2),)', 'not-literal'],
    ["{'a', 'b'}", 'set'],
    ['set()', 'set'],
    ['nan', 'not-finite'],
    ['-inf', 'not-finite'],
    ['', 'not-literal'],
    ["__import__('os').system('id')", 'not-literal'],
  ])('%s is %s', (text, why) => expect(parsePythonLiteral(text)).toMatchObject({ ok: false, why }))

  it('is bounded in depth, in digits and in length', () => {
    expect(parsePythonLiteral('['.repeat(10_000))).toMatchObject({ why: 'too-deep' })
    expect(parsePythonLiteral('1'.repeat(5000))).toMatchObject({ why: 'too-large' })
    expect(parsePythonLiteral(' '.repeat(1_000_001))).toMatchObject({ why: 'too-large' })
  })

  it('never throws, and takes linear time', () => {
    const piece = fc.constantFrom(
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      ',',
      ':',
      "'",
      '"',
      '\\',
      'b',
      'r',
      '1',
      '.',
      '...',
      'None',
      'x',
      '-',
      ' ',
      '_',
      'e',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((parts) => parts.join('')),
        ),
        (text) => {
          parsePythonLiteral(text)
          parseArgs(text)
          parseKwargs(text)
        },
      ),
      { numRuns: 5000 },
    )
    for (const text of [
      "'\\".repeat(400_000),
      "''".repeat(400_000),
      '1_'.repeat(400_000),
      `${"'a' ".repeat(200_000)}`,
      '-'.repeat(900_000),
    ]) {
      const before = performance.now()
      parsePythonLiteral(text)
      expect(performance.now() - before).toBeLessThan(10_000)
    }
  })
})

describe('arguments from events', () => {
  it('are the arguments that were sent, or are refused: never others', () => {
    let read = 0
    for (const { json, args } of vectors.roundTrips) {
      const parsed = parseArgs(args)
      if (!parsed.ok) continue
      expect(plain(parsed.value), args.slice(0, 300)).toEqual(
        plain(decodeExtended(parseJson(json, { exactFloats: true }))),
      )
      read++
    }
    expect(read).toBeGreaterThan(150)
  })

  it('of our own workers too', () => {
    const text = fc.string({ unit: fc.constantFrom('a', "'", '"', '\\', ',', ' ', '(', ')', '\n', 'é', '.') })
    fc.assert(
      fc.property(fc.array(fc.oneof(text, fc.array(text), fc.dictionary(text, text), fc.integer())), (args) => {
        const parsed = parseArgs(argsRepr(args))
        if (parsed.ok) expect(plain(parsed.value)).toEqual(plain(args))
      }),
      { numRuns: 5000 },
    )
  })

  it.each([
    ["('a\\b',)", 'ambiguous'],
    ["(b'ff00',)", 'ambiguous'],
    ["('aaa...',)", 'truncated'],
    ["('aaa', ...)", 'truncated'],
    ['1', 'not-arguments'],
    ["{'a': 1}", 'not-arguments'],
  ])('%s are %s', (text, why) => expect(parseArgs(text)).toMatchObject({ ok: false, why }))

  it('are tuples and dicts', () => {
    expect(parseArgs("(1, 'it\\'s', [None])")).toEqual({ ok: true, value: [1, "it's", [null]] })
    expect(parseArgs('()')).toEqual({ ok: true, value: [] })
    expect(parseKwargs("{'a': 1}")).toEqual({ ok: true, value: { a: 1 } })
    expect(parseKwargs('(1,)')).toMatchObject({ ok: false, why: 'not-arguments' })
    expect(parseKwargs("{'__proto__': 1}")).toMatchObject({ ok: true })
  })
})

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Array.from(value)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  if (!isRecord(value)) return value
  return Object.entries(value).map(([name, field]) => [name, plain(field)])
}

function rounded(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (Array.isArray(value)) return value.map(rounded)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, rounded(field)]))
}
