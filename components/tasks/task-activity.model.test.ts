import { describe, expect, it } from 'vitest'
import { ACTIVITY_SERIES } from '../../lib/live/survey-views.ts'
import { activityBars, activitySummary, bucketAt, bucketWords, STACK } from './task-activity.model.ts'

const AT = new Date(2026, 10, 21, 13, 0, 0).getTime()
const chart = {
  series: ACTIVITY_SERIES,
  bucketMs: 30_000,
  points: [
    [AT, 8, 2, 0, 0, 0, 0],
    [AT + 30_000, 0, 0, 0, 0, 0, 0],
    [AT + 60_000, 0, 1, 0, 4, 0, 0],
    [AT + 90_000, 0, 0, 0, 0, 0, 0],
  ],
}

describe('the activity of a list', () => {
  it('is drawn as stacked bars, failures on the ground', () => {
    const bars = activityBars(chart, 400, 40)
    const path = (series: string) => bars.paths[STACK.findIndex((one) => one.series === series)]
    expect(path('failed')).toBe('M0 32h99v8h-99zM200 36h99v4h-99z')
    expect(path('succeeded')).toBe('M0 0h99v32h-99z')
    expect(path('retrying')).toBe('')
    expect(bars).toMatchObject({ fromMs: AT, toMs: AT + 120_000 })
  })

  it('is told in words', () => {
    expect(bucketAt(chart, 250, 400)).toBe(2)
    expect(bucketAt(chart, -5, 400)).toBe(0)
    expect(bucketAt(chart, 999, 400)).toBe(3)
    expect(bucketWords(chart, 0)).toBe('13:00:00, 10 tasks: 2 failed, 8 succeeded')
    expect(bucketWords(chart, 1)).toBe('13:00:30, 0 tasks')
    expect(activitySummary(chart)).toBe('When these tasks came: 15 tasks from 13:00:00 to 13:01:30, 3 failed.')
  })
})
