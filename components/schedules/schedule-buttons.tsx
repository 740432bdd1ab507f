'use client'

import { Ellipsis, Pause, Pencil, Play, SkipForward } from 'lucide-react'
import type { ScheduleRowView } from '../../lib/live/schedule-views.ts'
import { Button } from '../ui/button.tsx'
import { Menu } from '../ui/menu.tsx'
import { changeItems, holdItems } from './schedule-menu.ts'
import { rightsOf } from './schedule-rights.ts'
import { stateOf } from './schedule-state.ts'
import type { ScheduleActions } from './use-schedule-actions.tsx'

type Props = {
  readonly row: ScheduleRowView
  readonly cannotAct: string | null
  readonly actions: ScheduleActions
}

const PLAIN =
  'control inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md border border-line-strong/45 bg-surface whitespace-nowrap text-fg hover:bg-hover'

/** What can be done with the entry, on its own page. */
export function ScheduleButtons({ row, cannotAct, actions }: Props) {
  const rights = rightsOf(row, cannotAct)
  const state = stateOf(row)
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button icon={Play} disabledReason={rights.run} onClick={() => actions.open({ what: 'run', row })}>
        Run now…
      </Button>
      {(state === 'held' || state === 'off') && (
        <Button icon={Play} disabledReason={rights.resume} onClick={() => actions.resume(row)}>
          {state === 'off' ? 'Switch on' : 'Resume'}
        </Button>
      )}
      <Menu
        label={`Hold ${row.name}`}
        className={PLAIN}
        trigger={
          <>
            <Pause size={14} strokeWidth={1.75} aria-hidden />
            Hold
          </>
        }
        items={holdItems(row, cannotAct, actions)}
      />
      <Button icon={SkipForward} disabledReason={rights.skip} onClick={() => actions.open({ what: 'skip', row })}>
        Skip next…
      </Button>
      <Button icon={Pencil} disabledReason={rights.edit} onClick={() => actions.open({ what: 'edit', row })}>
        Edit…
      </Button>
      <Menu
        label={`More for ${row.name}`}
        className={PLAIN}
        trigger={<Ellipsis size={16} strokeWidth={1.75} aria-hidden />}
        items={changeItems(row, cannotAct, actions).slice(1)}
      />
    </div>
  )
}
