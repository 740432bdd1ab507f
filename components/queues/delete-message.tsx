import type { QueueMessage } from '../../lib/live/http.ts'
import { useAction } from '../live/use-action.ts'
import { callArguments } from '../tasks/task-row.model.ts'
import { Confirm } from '../ui/confirm.tsx'
import { shortId } from '../ui/format.ts'

type Props = {
  readonly queue: string
  readonly message: QueueMessage
  readonly onDone: () => void
  readonly onClose: () => void
}

/** One waiting message, gone for good (ux.md 4.1, level 2). */
export function DeleteMessage({ queue, message, onDone, onClose }: Props) {
  const { run } = useAction()
  const { id, task, key, position } = message
  const what = [task ?? 'A message', ...(id === null ? [] : [shortId(id)])].join(' ')
  const args = message.error === null ? callArguments(message.args, message.kwargs) : null
  return (
    <Confirm
      open
      level={2}
      danger
      title={`Delete 1 message from ${queue}?`}
      verb="Delete 1 message"
      facts={[
        'It is deleted before a worker takes it. This cannot be undone.',
        'If a worker has taken it meanwhile, nothing is deleted.',
        'Nobody is told: who waits for its result waits on, and its task stays as it is in the list.',
      ]}
      onClose={onClose}
      onConfirm={() =>
        run('queue.delete-message', { queue, key: key ?? '', position, ...(id !== null && { task: id }) }).then(onDone)
      }
    >
      <p className="truncate rounded-md border border-line bg-sunken px-2 py-1.5 text-sm">
        {what}
        {args !== null && args !== '' && <span className="ml-2 font-mono text-fg-2 text-xs">{args}</span>}
      </p>
    </Confirm>
  )
}
