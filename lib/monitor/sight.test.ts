import { describe, expect, it } from 'vitest'
import { HIDDEN } from '../live/hidden.ts'
import { readQuery, withoutArguments } from './sight.ts'
import { matcher } from './task-search.ts'
import type { TaskMatchInput } from './task-test.ts'

describe('a view without arguments', () => {
  const row = { id: 'a', name: 'proj.add', args: "('x',)", kwargs: null, result: '5', exception: 'E()' }

  it('keeps its shape, and says where something is missing', () => {
    const view = {
      rows: [row],
      args: { text: '[1]', source: 'event', whole: true },
      inspected: { active: [{ id: 'a', args: [1], kwargs: { a: 1 } }] },
      counts: { result: 3, args: 1 },
      raw: '{"body": ""}',
    }

    expect(withoutArguments(view)).toEqual({
      rows: [{ ...row, args: HIDDEN, result: HIDDEN }],
      args: { text: HIDDEN, source: 'event', whole: true },
      inspected: { active: [{ id: 'a', args: [], kwargs: {} }] },
      counts: { result: 3, args: 1 },
      raw: HIDDEN,
    })
  })

  it('is the same object where nothing changed, so that nothing is sent again', () => {
    const [before, after] = [
      { rows: [row], at: 1 },
      { rows: [row], at: 2 },
    ].map(withoutArguments)

    expect(after?.rows[0]).toBe(before?.rows[0])
  })
})

describe('a search without arguments', () => {
  const task = {
    ...{ uuid: 'id-1', name: 'proj.add', state: 'FAILURE', args: "('secret',)", kwargs: "{'k': 'hush'}" },
    ...{ result: 'quiet', exception: "ValueError('boom')", worker: 'celery@one', queue: 'low', eta: null },
  } as unknown as TaskMatchInput // of what these searches look at
  const finds = (text: string) => {
    const query = readQuery(text, 'no-arguments')
    return query.problems.length > 0 ? query.problems : matcher(query, 0)(task)
  }

  it.each([
    ['add', true, true],
    ['boom', true, true],
    ['one low fail id-1', true, true],
    ['secret', false, true],
    ['hush OR quiet', false, true],
    ['-secret', true, false],
    ['-add', false, false],
    ['state:failure error:boom name:*add', true, true],
  ])('%s: %j, where with them it is %j', (text, found, foundWithThem) => {
    expect(finds(text)).toBe(found)
    expect(matcher(readQuery(text, 'all'), 0)(task)).toBe(foundWithThem)
  })

  it.each(['args:secret', 'kwargs.k:hush', 'arg:x', 'result:quiet', 'add (args.0:secret OR -result:x)'])(
    '%s is told',
    (text) => {
      expect(finds(text)).toEqual(['Arguments and results are hidden from you, so they cannot be searched.'])
    },
  )
})
