import type { QueueRowView } from '../../lib/live/views.ts'
import { useAction } from '../live/use-action.ts'
import { Confirm } from '../ui/confirm.tsx'
import { formatCount, plural } from '../ui/format.ts'

/** All that waits is deleted, after the queue's name was typed (ux.md 4.1, level 3). */
export function PurgeQueue({ queue, onClose }: { readonly queue: QueueRowView; readonly onClose: () => void }) {
  const { run } = useAction()
  const { name, waiting, unacked } = queue
  return (
    <Confirm
      open
      onClose={onClose}
      level={3}
      danger
      title={`Purge ${name}?`}
      verb={`Delete ${plural(waiting ?? 0, 'message')}`}
      typed={name}
      facts={[
        `${plural(waiting ?? 0, 'waiting message')} will be deleted, and what comes until then.`,
        unacked === null
          ? 'What workers have already taken is not touched.'
          : `${formatCount(unacked)} already taken ${unacked === 1 ? 'is' : 'are'} not touched.`,
        'This cannot be undone.',
      ]}
      onConfirm={() => run('queue.purge', { queue: name })}
    />
  )
}
