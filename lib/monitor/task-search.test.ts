import { describe, expect, it } from 'vitest'
import { parseTaskQuery } from '../live/task-query.ts'
import { parseFlowerSearch } from './flower-search.ts'
import { globTest } from './glob.ts'
import { plainText, reprAt, reprParts } from './repr-parts.ts'
import { createTaskRecord } from './task-reducer.ts'
import { matcher, treeTest } from './task-search.ts'

const NOW_MS = 1_000_000
const TASK = {
  ...createTaskRecord('8c1f2a3b-0000-4000-8000-000000000042'),
  name: 'emails.send_receipt',
  state: 'RECEIVED',
  received: 900,
  timestamp: 900,
  args: "(42, 'de', ['x', {'deep': (1, 2)}])",
  kwargs: "{'user': {'id': 42, 'name': \"O'Hara\"}, 'plan': None, 'note': 'a\\nb'}",
  result: "'no stock'",
  exception: "TimeoutError('timed out')",
  eta: '2099-01-01T00:00:00',
  retries: 2,
  queue: 'high',
  worker: 'w3@prod-1',
}

const matches = (text: string) => matcher(parseTaskQuery(text), NOW_MS)(TASK)

describe('matcher', () => {
  it.each([
    'state:received',
    'state:RECEIVED,failed',
    'state:scheduled',
    'name:emails.*',
    'name:*receipt',
    'name:emails.send_receipt',
    'queue:high -queue:low',
    'worker:w3',
    'worker:w3@*',
    'worker:W3@prod-1',
    'id:8c1f2a',
    'error:timeout',
    'result:"no stock"',
    'arg:42',
    'args.0:42',
    'args.2.1.deep.0:1',
    'kwargs.user.id:42',
    "kwargs.user.name:o'hara",
    'kwargs.plan:none',
    'kwargs:user',
    'age:>1m age:<=100s',
    'retries:>=2',
    'timeout',
    'STOCK w3',
    '-"out of stock"',
    'nowhere OR queue:high',
    '(nowhere OR timeout) AND NOT (queue:low OR nobody)',
    '-(timeout queue:low)',
    'since:100s',
    '-since:99s since:101s',
    'since:1970-01-01T00:15:00Z -since:"1970-01-01 00:15:01"',
    '',
  ])('%s: yes', (text) => {
    expect(matches(text)).toBe(true)
  })

  it.each([
    'state:failed',
    '-state:scheduled',
    'name:emails',
    'worker:w33',
    'queue:low',
    'id:c1f2',
    'args.0:4',
    'args.7:42',
    'kwargs.user:42',
    'run:>0s',
    'wait:<1d',
    'age:<1m',
    'retries:3',
    'nowhere',
    '-timeout',
    'naem:x',
    'timeout naem:x',
    'timeout OR naem:x',
    'timeout OR',
    'NOT (nowhere OR timeout)',
    'since:99s',
  ])('%s: no', (text) => {
    expect(matches(text)).toBe(false)
  })

  it('looks at how long a task has run so far', () => {
    const running = { ...TASK, state: 'STARTED', started: 990 }
    expect(matcher(parseTaskQuery('run:>9s run:<11s wait:90s'), NOW_MS)(running)).toBe(true)
  })
})

describe('what Flower finds', () => {
  const found = (text: string) => {
    const search = parseFlowerSearch(text)
    return search.ok && treeTest(search.value, NOW_MS)(TASK)
  }

  it('finds words in id, name, state, worker, arguments and result, but not in the exception', () => {
    for (const text of ['8C1F', 'receipt', 'ceive', 'prod-1', 'deep', "ohara OR o'hara", '"no stock"']) {
      expect([text, found(text)]).toEqual([text, true])
    }
    expect(found('TimeoutError')).toBe(false)
    expect(found('state:receive')).toBe(false)
    expect(found('state:received name:emails')).toBe(true)
  })

  it('finds pairs in the keyword arguments', () => {
    expect(found('kwargs:plan=')).toBe(true)
    expect(found('kwargs:" PLAN = "')).toBe(true)
    expect(found('kwargs:plan=none')).toBe(false)
    expect(found('kwargs:id=42')).toBe(false)
  })
})

describe('texts of Python values', () => {
  it('are taken apart, also when they were cut off', () => {
    expect(reprParts("(1, 'a,b', [2, 3], {'k': (4,)})").map(({ value }) => value)).toEqual([
      '1',
      "'a,b'",
      '[2, 3]',
      "{'k': (4,)}",
    ])
    expect(reprAt("{'a': 'x', 'b': {'c': 'long te...", ['b', 'c'])).toBe('long te...')
    expect(reprAt("{'a': 'x', ...}", ['b'])).toBeNull()
    expect(reprParts('None')).toEqual([])
    expect(plainText("'it\\'s \\\\ \\n'")).toBe("it's \\ \n")
  })

  it('do not take long, whatever they are', () => {
    const deep = '['.repeat(100_000)
    expect(reprAt(deep, ['0', '0', '0'])).toMatch(/^\[+$/)
    expect(reprParts(`(${'1,'.repeat(1_000)})`)).toHaveLength(1_000)
  })
})

it('a glob is whole, folded, and linear', () => {
  expect(globTest('a*b*c')('AxxBxxC')).toBe(true)
  expect(globTest('a*b*c')('abcd')).toBe(false)
  expect(globTest('ab*ba')('aba')).toBe(false)
  expect(globTest('*')('')).toBe(true)
  expect(globTest(`${'*a'.repeat(200)}b`)('a'.repeat(5_000))).toBe(false)
})
