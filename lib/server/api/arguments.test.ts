import { describe, expect, it } from 'vitest'
import { isUmbelError } from '../../errors.ts'
import { createArguments } from './arguments.ts'
import { flowerSelection } from './flower-selection.ts'

function problemOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (isUmbelError(error)) return error.message
    throw error
  }
  throw new Error('Nothing was wrong.')
}

describe("arguments, by Flower's rules", () => {
  it.each([
    ['limit=5', 5],
    ['limit=+5', 5],
    ['limit=%205%20', 5],
    ['limit=1_000', 1000],
    ['limit=-3', -3],
    ['limit=1&limit=2', 2],
    ['other=1', null],
    ['limit=99999999999999999999', Number.MAX_SAFE_INTEGER],
  ])('integer %s', (query, expected) => {
    expect(createArguments(query).integer('limit')).toBe(expected)
  })

  it.each(['abc', '', '1e3', '0x10', '1.5', '_1', '1__0', '١٢x'])('limit=%s is refused', (value) => {
    const message = problemOf(() => createArguments(`limit=${encodeURIComponent(value)}`).integer('limit'))
    expect(message).toBe(`Invalid argument '${value}' of type 'int'`)
  })

  it.each([
    ['y', true],
    ['Yes', true],
    ['t', true],
    ['on', true],
    ['1', true],
    ['n', false],
    ['FALSE', false],
    ['off', false],
    ['0', false],
  ])('flag %s', (value, expected) => {
    expect(createArguments(`refresh=${value}`).flag('refresh')).toBe(expected)
  })

  it.each([
    ['soft=1.5', 1.5],
    ['soft=%201e2', 100],
    ['soft=1_0', 10],
    ['soft=nan', Number.NaN],
    ['soft=%2BInf', Number.POSITIVE_INFINITY],
    ['soft=-Infinity', Number.NEGATIVE_INFINITY],
    ['hard=1', null],
  ])('number %s', (query, expected) => {
    expect(createArguments(query).number('soft')).toBe(expected)
  })

  it.each(['', 'x', 'infinit', '--inf', '0x1', '1__0'])('soft=%s is no number', (value) => {
    const message = problemOf(() => createArguments(`soft=${value}`).number('soft'))
    expect(message).toBe(`Invalid argument '${value}' of type 'float'`)
  })

  it.each([
    ['limit=%FF', "Invalid unicode in limit: b'\\xff'"],
    ['limit=%C3%28', "Invalid unicode in limit: b'\\xc3('"],
    [`limit=${'%ff'.repeat(100)}`, `Invalid unicode in limit: b'${'\\xff'.repeat(40)}'`],
  ])('%s is no text', (query, message) => {
    expect(problemOf(() => createArguments(query).text('limit'))).toBe(message)
    expect(createArguments(query).text('other')).toBeNull()
  })

  it.each([
    ['a=%C3%A9%zz%', 'é%zz%'],
    ['a=1+2%2B3', '1 2+3'],
    ['?a=1&a', ''],
    ['a=%C2%85%E3%80%80x%EF%BB%BF', 'x\ufeff'],
    ['a==b=', '=b='],
  ])('text %s', (query, expected) => {
    expect(createArguments(query).text('a')).toBe(expected)
  })

  it('refuses other flags', () => {
    const message = problemOf(() => createArguments('refresh=maybe').flag('refresh'))
    expect(message).toBe("Invalid argument 'maybe' of type 'bool'")
  })
})

describe('the selection of /api/tasks', () => {
  const select = (query: string) => flowerSelection(createArguments(query))

  it.each([
    ['', { limit: null, offset: 0, sort: null, descending: false, worker: null, name: null, state: null, search: '' }],
    ['limit=0', { limit: 0 }],
    ['limit=-1', { limit: 0 }],
    ['offset=-5', { offset: 0 }],
    ['sort_by=-received', { sort: 'received', descending: true }],
    ['sort_by=--name', { sort: 'name', descending: true }],
    ['state=All&workername=All&taskname=All', { state: null, worker: null, name: null }],
    ['state=SUCCESS&workername=w@h&taskname=t', { state: 'SUCCESS', worker: 'w@h', name: 't' }],
    ['search=%22a%20%26%20b%22', { search: '"a & b"' }],
    ['received_start=2026-01-02%2003:04', { receivedStart: new Date(2026, 0, 2, 3, 4).getTime() / 1000 }],
    ['received_end=2026-1-2%203:4', { receivedEnd: new Date(2026, 0, 2, 3, 4).getTime() / 1000 }],
    ['received_start=', { receivedStart: null }],
  ])('%s', (query, expected) => {
    expect(select(query)).toMatchObject(expected)
  })

  it.each([
    ['sort_by=runtime', "Invalid sort_by 'runtime', expected one of name, received, started, state"],
    ['sort_by=', "Invalid sort_by '', expected one of name, received, started, state"],
    ['received_start=yesterday', "Invalid received_start or received_end, expected format 'YYYY-MM-DD HH:MM'"],
    ['received_end=2026-02-31%2000:00', "Invalid received_start or received_end, expected format 'YYYY-MM-DD HH:MM'"],
    ['received_end=2026-02-01%2024:00', "Invalid received_start or received_end, expected format 'YYYY-MM-DD HH:MM'"],
    ['limit=x', "Invalid argument 'x' of type 'int'"],
  ])('%s is refused', (query, message) => {
    expect(problemOf(() => select(query))).toBe(message)
  })
})
