import { expect, it } from 'vitest'
import type { BeatView, SchedulesView } from '../../live/schedule-views.ts'
import type { AlertsView, RuleKind } from '../../live/views.ts'
import { scheduleAttention } from './attention-schedules.ts'

const beat = (state: BeatView['state'], lastTickMs = 5) => ({ node: 'b', software: '', state, lastTickMs })

function source(name: string, beats: readonly ReturnType<typeof beat>[], unsafe = false) {
  return { name, kind: 'redis', place: '', error: null, beats, unsafe, editable: true }
}

function look(sources: unknown[], rows: unknown[] = [], firing: RuleKind | null = null) {
  const rule = { name: 'r', kind: firing ?? 'queue-length' }
  const alerts = { active: firing === null ? [] : [{ rule: 'r', state: 'firing' }], rules: [rule] }
  // Only what is looked at.
  const view = { sources, rows } as unknown as SchedulesView
  return scheduleAttention(view, alerts as unknown as AlertsView).map(({ text, href, sinceMs }) => [
    text,
    href,
    sinceMs,
  ])
}

const late = (id: string, overdueSinceMs: number | null) => {
  const [sourceName, name] = id.split('/')
  return { id, name, source: sourceName, overdueSinceMs }
}

it('tells that no beat is up, once, and not of the schedules that are overdue for that', () => {
  const rows = [late('redis/nightly', 7), late('redis/fine', null)]
  expect(look([source('redis', [beat('down', 3), beat('down', 4)])], rows)).toEqual([
    ['No beat is up that sends the schedules of redis.', '/schedules', 4],
  ])
  expect(look([source('redis', [beat('down'), beat('leading')])], [])).toEqual([])
  // Never seen: beats that tell nothing may be there.
  expect(look([source('file', [])])).toEqual([])
})

it('names a schedule that is overdue, and counts several', () => {
  const up = source('redis', [beat('leading')])
  expect(look([up], [late('redis/a b', 7)])).toEqual([['Schedule a b is overdue.', '/schedule/redis/a%20b', 7]])
  expect(look([up], [late('redis/a', 7), late('redis/b', 6)])).toEqual([
    ['2 schedules are overdue.', '/schedules?state=overdue', 6],
  ])
})

it('tells of several beats that send the same', () => {
  expect(look([source('django', [beat('sending'), beat('sending')], true)])[0]?.[0]).toMatch(/more than once/)
})

it('says nothing that an alert says', () => {
  const sources = [source('redis', [beat('down')]), source('django', [beat('sending')], true)]
  const rows = [late('django/x', 1)]
  expect(look(sources, rows)).toHaveLength(3)
  for (const kind of ['beat-down', 'two-beats', 'beat-missed'] as const) {
    expect(look(sources, rows, kind)).toHaveLength(2)
  }
})
