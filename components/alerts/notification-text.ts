import type { NotificationView } from '../../lib/live/views.ts'
import { plural } from '../ui/format.ts'

const ABOUT: Readonly<Record<NotificationView['about'], string>> = {
  firing: 'that it fires',
  resolved: 'that it is well again',
  test: 'with a test',
}

/** "Told ops that it fires", or what is in the way. */
export function notificationText(notification: NotificationView): string {
  const { channel, state, attempts, error } = notification
  const about = ABOUT[notification.about]
  const why = error === null ? '' : `: ${error}`
  switch (state) {
    case 'queued':
      return `About to tell ${channel} ${about}`
    case 'sent':
      return `Told ${channel} ${about}`
    case 'retrying':
      return `${channel} could not be told ${about}, tried ${plural(attempts, 'time')}${why}`
    case 'failed':
      return `Gave up telling ${channel} ${about} after ${plural(attempts, 'time')}${why}`
  }
}

/** Only the newest word to each channel: what a line of a list has room for. */
export function latestByChannel(notifications: readonly NotificationView[]): readonly NotificationView[] {
  const seen = new Set<string>()
  return notifications.filter(({ channel }) => !seen.has(channel) && seen.add(channel))
}

/** What an action gives back is unknown until it is looked at. */
export function isNotification(data: unknown): data is NotificationView {
  return (
    typeof data === 'object' &&
    data !== null &&
    'channel' in data &&
    'state' in data &&
    'atMs' in data &&
    'about' in data
  )
}
