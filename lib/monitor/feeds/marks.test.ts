import { expect, it } from 'vitest'
import type { AlertView, CommandView } from '../../live/views.ts'
import { type MarkScope, marksOf, queueScope } from './marks.ts'

const NOW_MS = 1_795_225_200_000
const MINUTE_MS = 60_000

function alert(fields: Partial<AlertView>): AlertView {
  return {
    ...{ id: 'a', rule: 'Late', subject: 'high', state: 'firing', text: '9 waiting', value: 9, limit: 5 },
    ...{ sinceMs: NOW_MS - MINUTE_MS, resolvedMs: null, silenced: false, notifications: [], ...fields },
  }
}

function command(agoMs: number, fields: Partial<CommandView> = {}): CommandView {
  return {
    ...{ id: `${agoMs}`, action: 'task.revoke', who: 'anna', atMs: NOW_MS - agoMs, summary: 'Revoke mail' },
    ...{ targets: [], state: 'sent', answered: 0, of: null, text: '', taskId: null, newTaskId: null, endedMs: null },
    ...fields,
  }
}

function marks(active: AlertView[], history: AlertView[], commands: CommandView[], scope?: MarkScope) {
  const rules = [{ name: 'Gone', kind: 'worker-offline' }]
  const view = { active, rules, channels: [], history, evaluatedMs: null }
  const deps = { alerts: { view: () => view }, commands: { list: () => commands } }
  // Only these two are read.
  return marksOf(deps as unknown as Parameters<typeof marksOf>[0], '15m', NOW_MS, scope).map(({ atMs, kind, text }) => [
    (NOW_MS - atMs) / 1_000,
    kind,
    text,
  ])
}

it('has the beginning and the end of alerts within the range, oldest first', () => {
  const over = alert({ sinceMs: NOW_MS - 20 * MINUTE_MS, resolvedMs: NOW_MS - 5 * MINUTE_MS, state: 'resolved' })
  expect(marks([alert({}), alert({ state: 'pending', sinceMs: NOW_MS - 1 })], [over], [])).toEqual([
    [300, 'resolved', 'Late, high'],
    [60, 'alert', 'Late, high'],
  ])
})

it('takes orders of one kind that a person gave at once as one deed', () => {
  const commands = [
    command(1_000, { action: 'worker.shutdown', summary: 'Shut down w1', who: 'anonymous' }),
    command(9_000),
    command(9_100),
    command(9_200),
    command(16 * MINUTE_MS),
  ]
  expect(marks([], [], commands)).toEqual([
    [9, 'action', 'Revoke mail and 2 more (anna)'],
    [1, 'action', 'Shut down w1'],
  ])
})

it('keeps the newest where there are too many', () => {
  const commands = Array.from({ length: 100 }, (_, i) => command(i * 5_000))
  const found = marks([], [], commands)
  expect(found).toHaveLength(40)
  expect(found.at(-1)?.[0]).toBe(0)
})

it('has of a queue its own alerts, and what was done to it and to its workers', () => {
  const alerts = [
    alert({}),
    alert({ subject: 'low', sinceMs: NOW_MS - 1 }),
    alert({ rule: 'Gone', sinceMs: NOW_MS - 2 }),
  ]
  const commands = [
    command(1_000, { action: 'queue.pause', summary: 'Pause queue high', targets: ['high', 'w9'], who: 'anonymous' }),
    command(2_000, { action: 'queue.purge', summary: 'Purge queue low', targets: ['low'] }),
    command(3_000, { action: 'worker.shutdown', summary: 'Shut down w1', targets: ['w1'], who: 'anonymous' }),
    command(4_000, { action: 'worker.shutdown', summary: 'Shut down w2', targets: ['w2'] }),
    command(5_000),
  ]
  expect(marks(alerts, [], commands, queueScope('high', ['w1']))).toEqual([
    [60, 'alert', 'Late, high'],
    [3, 'action', 'Shut down w1'],
    [1, 'action', 'Pause queue high'],
  ])
})
