import { Copy, CopyPlus, ExternalLink, Pause, Pencil, Play, SkipForward, Trash2 } from 'lucide-react'
import type { ScheduleRowView } from '../../lib/live/schedule-views.ts'
import { copyText } from '../ui/copy.tsx'
import type { MenuItem } from '../ui/menu.tsx'
import { HOLD_CHOICES } from './hold-times.ts'
import { scheduleHref } from './schedule-href.ts'
import { rightsOf } from './schedule-rights.ts'
import { stateOf } from './schedule-state.ts'
import type { ScheduleActions } from './use-schedule-actions.tsx'

type Can = Pick<ScheduleActions, 'open' | 'hold' | 'resume'>

/** All that can be done with an entry of the list. */
export function rowItems(row: ScheduleRowView, cannotAct: string | null, actions: Can): readonly MenuItem[] {
  const rights = rightsOf(row, cannotAct)
  return [
    { label: 'Open', icon: ExternalLink, keys: 'Enter', href: scheduleHref(row.id) },
    { label: 'Copy name', icon: Copy, onSelect: () => void copyText(row.name) },
    'separator',
    {
      label: 'Run now…',
      icon: Play,
      disabledReason: rights.run,
      onSelect: () => actions.open({ what: 'run', row }),
    },
    {
      label: 'Skip next…',
      icon: SkipForward,
      disabledReason: rights.skip,
      onSelect: () => actions.open({ what: 'skip', row }),
    },
    'separator',
    ...holdItems(row, cannotAct, actions),
    'separator',
    ...changeItems(row, cannotAct, actions),
  ]
}

/** Hold for a while, or end the hold. */
export function holdItems(row: ScheduleRowView, cannotAct: string | null, actions: Can): readonly MenuItem[] {
  const { hold: disabledReason, resume } = rightsOf(row, cannotAct)
  const state = stateOf(row)
  const label = state === 'off' ? 'Switch on' : 'Resume'
  return [
    ...(state === 'held' || state === 'off'
      ? [{ label, icon: Play, disabledReason: resume, onSelect: () => actions.resume(row) }]
      : []),
    ...HOLD_CHOICES.map((choice) => ({
      label: choice.label,
      icon: Pause,
      disabledReason,
      onSelect: () => actions.hold(row, choice),
    })),
    { label: 'Hold until…', icon: Pause, disabledReason, onSelect: () => actions.open({ what: 'hold', row }) },
  ]
}

/** Edit, duplicate, delete. */
export function changeItems(row: ScheduleRowView, cannotAct: string | null, actions: Can): readonly MenuItem[] {
  const disabledReason = rightsOf(row, cannotAct).edit
  return [
    { label: 'Edit…', icon: Pencil, disabledReason, onSelect: () => actions.open({ what: 'edit', row }) },
    { label: 'Duplicate…', icon: CopyPlus, disabledReason, onSelect: () => actions.open({ what: 'duplicate', row }) },
    {
      label: 'Delete…',
      icon: Trash2,
      danger: true,
      disabledReason,
      onSelect: () => actions.open({ what: 'delete', row }),
    },
  ]
}
