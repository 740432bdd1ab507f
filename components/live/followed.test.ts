import { beforeEach, describe, expect, it } from 'vitest'
import type { CommandView } from '../../lib/live/views.ts'
import { toasts } from '../ui/toast.ts'
import { follow, followed, toastOf, updateFollowed } from './followed.ts'

const command = (changes: Partial<CommandView> = {}): CommandView => ({
  id: 'c1',
  action: 'task.revoke',
  who: 'anna',
  atMs: 0,
  summary: 'Revoke emails.send_receipt 8c1f2a3b',
  targets: ['8c1f2a3b'],
  state: 'sent',
  answered: 0,
  of: 3,
  text: 'Sent to 3 workers.',
  taskId: '8c1f2a3b',
  newTaskId: null,
  endedMs: null,
  ...changes,
})

beforeEach(() => {
  toasts.set([])
  followed.set([])
})

describe('an action of a person', () => {
  it('is followed in one toast from sent to its end', () => {
    follow([command()])
    expect(toasts.get()).toMatchObject([
      { text: 'Revoke emails.send_receipt 8c1f2a3b. Sent to 3 workers.', busy: true, level: 'info' },
    ])

    updateFollowed([command({ state: 'confirmed', answered: 3, text: '3 of 3 answered. Task ended.', endedMs: 1 })])
    expect(toasts.get()).toMatchObject([
      { text: expect.stringContaining('3 of 3 answered'), busy: false, level: 'good' },
    ])
    expect(followed.get()).toEqual([])
  })

  it('warns when nobody answered', () => {
    const text = 'No worker answered in 10 s. The task may still run.'
    expect(toastOf([command({ state: 'no-answer', text, endedMs: 1 })])).toMatchObject({ level: 'warn', busy: false })
  })

  it('on many targets counts the ends', () => {
    const many = [
      command({ id: 'a', state: 'confirmed', endedMs: 1 }),
      command({ id: 'b', state: 'no-answer', endedMs: 1 }),
      command({ id: 'c' }),
    ]
    expect(toastOf(many)).toMatchObject({
      text: 'Revoke: 1 of 3 done, 1 without an answer.',
      busy: true,
      level: 'warn',
    })
  })

  it('leads from a retry to the new task', () => {
    expect(toastOf([command({ newTaskId: 'n/1', endedMs: 1, state: 'confirmed' })]).action).toEqual({
      label: 'Open',
      href: '/task/n%2F1',
    })
  })
})
