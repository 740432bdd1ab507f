import { expect, test } from 'vitest'
import type { BeatView, ScheduleSourceView } from '../../lib/live/schedule-views.ts'
import { beatsSummary } from './beats-summary.ts'

const beat = (node: string, state: BeatView['state']): BeatView => ({
  node: `celerybeat@${node}`,
  software: 'umbel',
  state,
  lastTickMs: null,
  leaseEndsMs: null,
})
const source = (...beats: readonly BeatView[]): ScheduleSourceView => ({
  name: 'redis',
  kind: 'redis',
  place: 'redis://localhost',
  error: null,
  beats,
  unsafe: false,
  editable: true,
})

test('one beat is named; of several the trouble comes first', () => {
  expect(beatsSummary([source()])).toBe('none was seen')
  expect(beatsSummary([source(beat('b1', 'leading'))])).toBe('b1 leads')
  expect(
    beatsSummary([
      source(beat('b1', 'leading'), beat('b2', 'standing-by')),
      source(beat('b3', 'down'), beat('b4', 'down')),
    ]),
  ).toBe('2 are down, 1 leads, 1 stands by')
})
