import { CircleCheck, CircleX, LoaderCircle, TriangleAlert } from 'lucide-react'
import type { CommandView } from '../../lib/live/views.ts'
import { Ago } from '../ui/numbers.tsx'

const MARKS = {
  sent: { icon: LoaderCircle, color: 'turning text-fg-3' },
  answered: { icon: CircleCheck, color: 'text-fg-3' },
  confirmed: { icon: CircleCheck, color: 'text-state-succeeded' },
  'no-answer': { icon: TriangleAlert, color: 'text-warn' },
  failed: { icon: CircleX, color: 'text-bad' },
} as const

/** What people did to it, each followed to its end. */
export function TaskCommands({ commands }: { readonly commands: readonly CommandView[] }) {
  return (
    <ul className="flex flex-col gap-1.5">
      {commands.map((command) => {
        const { icon: Icon, color } = MARKS[command.state]
        return (
          <li key={command.id} data-command={command.state} className="flex items-start gap-2 text-sm">
            <Icon size={14} strokeWidth={2} className={`mt-[3px] shrink-0 ${color}`} aria-hidden />
            <span className="min-w-0 flex-1 break-words">
              {command.summary}
              <span className="text-fg-2">
                {' '}
                by {command.who}. {command.text}
              </span>
            </span>
            <span className="shrink-0 text-xs text-fg-3">
              <Ago ms={command.atMs} />
            </span>
          </li>
        )
      })}
    </ul>
  )
}
