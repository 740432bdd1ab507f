import type { NotificationView } from '../../lib/live/views.ts'
import { cx } from '../ui/cx.ts'
import { Ago } from '../ui/numbers.tsx'
import { notificationText } from './notification-text.ts'

/** What became of one notification. */
export function NotificationLine({ notification }: { readonly notification: NotificationView }) {
  const isBad = notification.state === 'failed' || notification.state === 'retrying'
  return (
    <span className={cx('text-xs', isBad ? 'text-bad' : 'text-fg-3')}>
      {notificationText(notification)}, <Ago ms={notification.atMs} />
    </span>
  )
}
