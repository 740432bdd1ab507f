import { expect, it } from 'vitest'
import type { MarkView } from '../../lib/live/views.ts'
import { marksAt, marksInside, marksSummary, markText } from './chart-marks.ts'

const mark = (atMs: number, kind: MarkView['kind'] = 'alert'): MarkView => ({ atMs, kind, text: `m${atMs}` })

it('has marks within the window, and each in one bucket', () => {
  const marks = [mark(5), mark(10), mark(19), mark(20), mark(31)]
  const inside = marksInside(marks, { window: { fromMs: 10, toMs: 20, recordedSinceMs: null }, bucketMs: 10 })
  expect(inside.map(({ atMs }) => atMs)).toEqual([10, 19, 20])
  expect(marksAt(inside, 10, 10).map(({ atMs }) => atMs)).toEqual([10, 19])
  expect(marksAt(inside, 20, 10).map(({ atMs }) => atMs)).toEqual([20])
})

it('says what each is, in words', () => {
  expect(markText(mark(1))).toBe('Alert: m1')
  expect(markText(mark(1, 'resolved'))).toBe('Alert over: m1')
  expect(marksSummary([])).toBe('')
  expect(marksSummary([1, 2, 3, 4, 5].map((at) => mark(at)))).toMatch(/m3; .*m4; .*m5; 2 before\.$/)
})
