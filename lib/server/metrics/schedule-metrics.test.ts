import { expect, it } from 'vitest'
import type { ScheduleRowView, SchedulesView } from '../../live/schedule-views.ts'
import { metricsText } from './metrics-text.ts'
import { scheduleMetrics } from './schedule-metrics.ts'

const row = (name: string, lateMs: number | null, overdueSinceMs: number | null = null) =>
  ({ source: 'redis', name, lastRun: lateMs === null ? null : { lateMs }, overdueSinceMs }) as ScheduleRowView // what is read of it
const source = (name: string, error: string | null, states: readonly string[]) =>
  ({ name, error, beats: states.map((state) => ({ state })) }) as unknown as SchedulesView['sources'][number] // same

it('tells lateness, beats and overdue runs; nothing of the beats of a schedule that cannot be read', () => {
  const view = {
    sources: [
      source('redis', null, ['standing-by', 'leading']),
      source('file', null, ['down']),
      source('django', 'x', []),
    ],
    rows: [row('nightly', 1_250), row('never', null, 5)],
  }
  const lines = metricsText(scheduleMetrics(view))
    .split('\n')
    .filter((line) => !line.startsWith('#') && line !== '')
  expect(lines).toEqual([
    'umbel_beat_up{source="redis"} 1.0',
    'umbel_beat_up{source="file"} 0.0',
    'umbel_beat_lateness_seconds{entry="nightly",source="redis"} 1.25',
    ...['redis"} 2.0', 'file"} 0.0', 'django"} 0.0'].map((end) => `umbel_schedule_entries{source="${end}`),
    ...['redis"} 1.0', 'file"} 0.0', 'django"} 0.0'].map((end) => `umbel_schedule_overdue{source="${end}`),
  ])
})

it('tells of a thousand entries at most, one by one', () => {
  const rows = Array.from({ length: 1_500 }, (_, i) => row(`e${i}`, i))
  const families = scheduleMetrics({ sources: [source('redis', null, [])], rows })
  expect(families.map(({ samples }) => samples.length)).toEqual([1, 1_000, 1, 1])
})
