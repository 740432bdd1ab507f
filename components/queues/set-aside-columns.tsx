import { Eye, MoreHorizontal, Trash2, Undo2 } from 'lucide-react'
import type { SetAsideMessage } from '../../lib/live/http.ts'
import type { Column } from '../ui/data-table.tsx'
import { Menu } from '../ui/menu.tsx'
import { Ago, Bytes } from '../ui/numbers.tsx'

export type SetAsideHandlers = {
  readonly onOpen: (message: SetAsideMessage) => void
  readonly onPutBack: (message: SetAsideMessage) => void
  readonly onDelete: (message: SetAsideMessage) => void
  readonly cannotPutBack: string | null
  readonly cannotDelete: string | null
}

export function setAsideColumns(handlers: SetAsideHandlers): readonly Column<SetAsideMessage>[] {
  return [
    {
      id: 'message',
      head: 'Message',
      className: 'max-w-0 w-1/2 max-md:w-full max-md:max-w-full',
      cell: ({ message, ...one }) => (
        <button
          type="button"
          className="block max-w-full truncate text-left hover:underline"
          onClick={() => handlers.onOpen({ message, ...one })}
        >
          {message.task ?? <span className="font-mono text-xs">{firstLine(message.raw)}</span>}
        </button>
      ),
    },
    {
      id: 'reason',
      head: 'Why it was set aside',
      className: 'max-w-72',
      cell: ({ reason }) => <span className="text-fg-2">{reason}</span>,
    },
    {
      id: 'at',
      head: 'Set aside',
      align: 'right',
      className: 'whitespace-nowrap',
      cell: ({ setAsideMs }) => <Ago ms={setAsideMs} unknown="The program that set it aside did not say" />,
    },
    {
      id: 'size',
      head: 'Size',
      align: 'right',
      className: 'whitespace-nowrap',
      cell: ({ message }) => <Bytes value={message.sizeBytes} />,
    },
    {
      id: 'actions',
      head: 'Actions',
      align: 'right',
      className: 'md:w-10',
      cell: (one) => (
        <Menu
          label="Actions"
          trigger={<MoreHorizontal size={16} strokeWidth={1.75} aria-hidden />}
          items={[
            { label: 'Look at it', icon: Eye, onSelect: () => handlers.onOpen(one) },
            {
              label: 'Put back…',
              icon: Undo2,
              disabledReason: handlers.cannotPutBack,
              onSelect: () => handlers.onPutBack(one),
            },
            {
              label: 'Delete…',
              icon: Trash2,
              danger: true,
              disabledReason: handlers.cannotDelete,
              onSelect: () => handlers.onDelete(one),
            },
          ]}
        />
      ),
    },
  ]
}

const LINE_CHARACTERS = 200

function firstLine(raw: string): string {
  const text = raw.slice(0, LINE_CHARACTERS).replaceAll(/\s+/g, ' ').trim()
  return text === '' ? '(nothing)' : text
}
