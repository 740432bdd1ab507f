import { expect, it } from 'vitest'
import { parseTaskQuery } from '../../lib/live/task-query.ts'
import { binTerms, binWords } from './run-bars.model.ts'

it('names a bin by its edges', () => {
  expect(binWords({ fromMs: 150, toMs: 200, count: 1 })).toBe('150 ms to 200 ms')
  expect(binWords({ fromMs: 1_500, toMs: 2_000, count: 1 })).toBe('1.5 s to 2 s')
  expect(binWords({ fromMs: 0, toMs: 1, count: 1 })).toBe('under 1 ms')
})

it('is a search that the task list understands, from its edge up to the next one', () => {
  for (const bin of [
    { fromMs: 0, toMs: 1 },
    { fromMs: 1, toMs: 1.5 },
    { fromMs: 70_000, toMs: 100_000 },
  ]) {
    const { terms, problems } = parseTaskQuery(binTerms({ ...bin, count: 1 }))
    expect(problems).toEqual([])
    expect(terms.at(-1)).toMatchObject({ kind: 'number', field: 'run', comparison: '<', value: bin.toMs })
    if (bin.fromMs > 0) expect(terms[0]).toMatchObject({ comparison: '>=', value: bin.fromMs })
  }
})
