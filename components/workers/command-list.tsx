import { CircleCheck, CircleHelp, CircleX, LoaderCircle, type LucideIcon } from 'lucide-react'
import type { CommandState, CommandView } from '../../lib/live/views.ts'
import { cx } from '../ui/cx.ts'
import { Ago } from '../ui/numbers.tsx'
import { Panel } from '../ui/panel.tsx'

const LOOKS: Readonly<
  Record<CommandState, { readonly icon: LucideIcon; readonly color: string; readonly word: string }>
> = {
  sent: { icon: LoaderCircle, color: 'text-state-running', word: 'Sent' },
  answered: { icon: LoaderCircle, color: 'text-state-running', word: 'Answered' },
  confirmed: { icon: CircleCheck, color: 'text-state-succeeded', word: 'Done' },
  'no-answer': { icon: CircleHelp, color: 'text-warn', word: 'No answer' },
  failed: { icon: CircleX, color: 'text-bad', word: 'Failed' },
}

/** What people asked for, each with how it ended. Nothing when nothing was asked. */
export function CommandList({ commands }: { readonly commands: readonly CommandView[] }) {
  if (commands.length === 0) return null
  return (
    <Panel flush title="Commands" note="what was asked of it, and what came of it">
      <ul>
        {commands.map((command) => (
          <Command key={command.id} command={command} />
        ))}
      </ul>
    </Panel>
  )
}

function Command({ command }: { readonly command: CommandView }) {
  const { icon: Icon, color, word } = LOOKS[command.state]
  const isOpen = command.endedMs === null
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 border-line/60 border-b px-cell-x py-1.5 text-sm last:border-b-0">
      <span className={cx('inline-flex w-24 items-center gap-1.5 self-center max-md:w-auto', color)}>
        <Icon size={14} strokeWidth={2} className={isOpen ? 'turning' : ''} aria-hidden />
        <span className="text-fg-2">{word}</span>
      </span>
      <span className="font-medium">{command.summary}</span>
      <span className="min-w-0 flex-1 text-fg-2 max-md:basis-full">{command.text}</span>
      <span className="text-fg-3 text-xs">
        {command.who} · <Ago ms={command.atMs} />
      </span>
    </li>
  )
}
