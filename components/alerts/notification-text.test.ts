import { describe, expect, it } from 'vitest'
import type { NotificationView } from '../../lib/live/views.ts'
import { latestByChannel, notificationText } from './notification-text.ts'

const told: NotificationView = {
  id: '1',
  channel: 'ops',
  about: 'firing',
  state: 'sent',
  attempts: 1,
  atMs: 0,
  error: null,
}

describe('notificationText', () => {
  it.each<[Partial<NotificationView>, string]>([
    [{}, 'Told ops that it fires'],
    [{ about: 'resolved', state: 'queued' }, 'About to tell ops that it is well again'],
    [
      { about: 'test', state: 'retrying', attempts: 2, error: 'HTTP 500' },
      'ops could not be told with a test, tried 2 times: HTTP 500',
    ],
    [{ state: 'failed', attempts: 8 }, 'Gave up telling ops that it fires after 8 times'],
  ])('%j', (fields, text) => {
    expect(notificationText({ ...told, ...fields })).toBe(text)
  })
})

describe('latestByChannel', () => {
  it('keeps the first of each channel', () => {
    const list = [told, { ...told, id: '2' }, { ...told, id: '3', channel: 'mail' }]
    expect(latestByChannel(list).map(({ id }) => id)).toEqual(['1', '3'])
  })
})
