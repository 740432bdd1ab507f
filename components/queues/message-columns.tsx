import { CircleAlert, Trash2 } from 'lucide-react'
import type { QueueMessage } from '../../lib/live/http.ts'
import { callArguments } from '../tasks/task-row.model.ts'
import type { Column } from '../ui/data-table.tsx'
import { formatCount, shortId, splitName } from '../ui/format.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { Link } from '../ui/link.tsx'
import { Ago, Bytes, Since, Unknown } from '../ui/numbers.tsx'

export interface MessageHandlers {
  readonly onOpen: (message: QueueMessage) => void
  readonly onDelete: (message: QueueMessage) => void
  readonly cannotAct: string | null
}

/** Of messages that wait: what can be done with each. */
export function waitingColumns(handlers: MessageHandlers): readonly Column<QueueMessage>[] {
  return [
    ...messageColumns(handlers.onOpen),
    {
      id: 'actions',
      head: 'Actions',
      align: 'right',
      className: 'md:w-10',
      cell: (message) => (
        <IconButton
          label={`Delete message ${message.position + 1}…`}
          icon={Trash2}
          className="size-6"
          disabledReason={handlers.cannotAct}
          onClick={() => handlers.onDelete(message)}
        />
      ),
    },
  ]
}

export function messageColumns(onOpen: (message: QueueMessage) => void): readonly Column<QueueMessage>[] {
  return [
    {
      id: 'position',
      head: '#',
      align: 'right',
      className: 'md:w-14 text-fg-3',
      tip: 'Place in the line: 1 is taken next',
      cell: (message) => formatCount(message.position + 1),
    },
    {
      id: 'task',
      head: 'Task',
      className: 'max-w-72',
      cell: (message) => <TaskCell message={message} onOpen={onOpen} />,
    },
    {
      id: 'arguments',
      head: 'Arguments',
      className: 'max-w-0 w-2/5 max-md:w-full max-md:max-w-full',
      cell: (message) =>
        message.error !== null ? (
          <span className="block truncate text-fg-2">{message.error}</span>
        ) : (
          <span className="block truncate font-mono text-xs">{callArguments(message.args, message.kwargs)}</span>
        ),
    },
    {
      id: 'id',
      head: 'Id',
      className: 'max-lg:hidden max-md:inline',
      cell: (message) =>
        message.id === null ? (
          <Unknown reason="The message carries no id" />
        ) : (
          <Link
            href={`/task/${encodeURIComponent(message.id)}`}
            prefetch={false}
            className="font-mono text-fg-2 text-xs hover:underline"
            data-tip={message.id}
          >
            {shortId(message.id)}
          </Link>
        ),
    },
    {
      id: 'age',
      head: 'Age',
      align: 'right',
      className: 'whitespace-nowrap',
      tip: 'Since it was sent',
      cell: (message) => (
        <Since sinceMs={message.sentMs} unknown="Only a task-sent event tells: task_send_sent_event switches it on" />
      ),
    },
    {
      id: 'priority',
      head: 'Priority',
      align: 'right',
      cell: (message) => message.priority ?? <Unknown reason="The message carries none" />,
    },
    {
      id: 'eta',
      head: 'ETA',
      align: 'right',
      className: 'whitespace-nowrap',
      cell: (message) => <Ago ms={message.etaMs} unknown="At once" />,
    },
    {
      id: 'retries',
      head: 'Retries',
      align: 'right',
      className: 'max-lg:hidden max-md:inline',
      cell: (message) => message.retries ?? <Unknown />,
    },
    {
      id: 'size',
      head: 'Size',
      align: 'right',
      className: 'whitespace-nowrap',
      cell: (message) => <Bytes value={message.sizeBytes} />,
    },
  ]
}

function TaskCell({
  message,
  onOpen,
}: {
  readonly message: QueueMessage
  readonly onOpen: (message: QueueMessage) => void
}) {
  const { module, base } = splitName(message.task ?? '')
  return (
    <button
      type="button"
      className="block max-w-full truncate text-left hover:underline"
      onClick={() => onOpen(message)}
    >
      {message.error !== null ? (
        <span className="font-medium text-bad">
          <CircleAlert size={13} strokeWidth={2} className="mr-1.5 inline-block align-[-0.15em]" aria-hidden />
          Not readable
        </span>
      ) : (
        <>
          <span className="text-fg-3">{module}</span>
          {base === '' ? 'Message' : base}
        </>
      )}
    </button>
  )
}
