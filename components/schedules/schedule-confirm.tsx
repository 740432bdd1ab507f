'use client'

import type { ReactNode } from 'react'
import type { ScheduleRowView } from '../../lib/live/schedule-views.ts'
import { useAction } from '../live/use-action.ts'
import { Confirm } from '../ui/confirm.tsx'
import { formatMoment } from '../ui/format.ts'
import { Ago } from '../ui/numbers.tsx'
import { showToast } from '../ui/toast.ts'
import { lastsText } from './schedule-rights.ts'

type What = 'run' | 'skip' | 'delete'

export type ScheduleConfirmProps = {
  readonly what: What
  readonly row: ScheduleRowView
  readonly onClose: () => void
  readonly onDeleted?: (() => void) | undefined
}

/** What is asked before an entry is run, skipped or deleted, with the facts. */
export function ScheduleConfirm({ what, row, onClose, onDeleted }: ScheduleConfirmProps) {
  const { run } = useAction()
  const { name } = row
  const schedule = row.id
  if (what === 'run') {
    const go = async () => {
      const { commands } = await run('schedule.run', { schedule })
      if (commands.length === 0) showToast({ level: 'good', text: `Beat was asked to send ${name} now.` })
    }
    return (
      <Confirm
        open
        level={1}
        title={`Run ${name} now?`}
        verb="Run now"
        facts={runFacts(row)}
        onClose={onClose}
        onConfirm={go}
      />
    )
  }
  if (what === 'skip') {
    const go = async () => {
      await run('schedule.skip', { schedule })
      showToast({ level: 'good', text: `The next run of ${name} is left out.` })
    }
    return (
      <Confirm
        open
        level={1}
        title={`Skip the next run of ${name}?`}
        verb="Skip next run"
        facts={skipFacts(row)}
        onClose={onClose}
        onConfirm={go}
      />
    )
  }
  const go = async () => {
    await run('schedule.delete', { schedule })
    showToast({ level: 'good', text: `${name} is deleted.` })
    onDeleted?.()
  }
  return (
    <Confirm
      open
      level={3}
      danger
      title={`Delete ${name}?`}
      verb="Delete schedule"
      typed={name}
      facts={deleteFacts(row)}
      onClose={onClose}
      onConfirm={go}
    />
  )
}

function runFacts(row: ScheduleRowView): readonly ReactNode[] {
  const { lastRun } = row
  return [
    <>
      <span className="font-mono text-xs">{row.task}</span> is sent once by beat, with the arguments and options of this
      entry.
    </>,
    row.nextMs === null ? 'Its schedule stays as it is.' : 'Its next run stays where it is.',
    ...(lastRun?.outcome === 'running' ? ['The run before has not ended: two will run at once.'] : []),
    ...(row.enabled && !row.heldForGood && row.heldUntilMs === null
      ? []
      : ['It stays switched off or held after that.']),
  ]
}

function skipFacts(row: ScheduleRowView): readonly ReactNode[] {
  return [
    <>
      Left out: <Ago ms={row.nextMs} /> ({formatMoment(row.nextMs).slice(0, 19)}). The run after it takes place.
    </>,
    'The time that was left out stays in the list of runs, as skipped.',
  ]
}

function deleteFacts(row: ScheduleRowView): readonly ReactNode[] {
  return [
    `${row.when}: it does not run any more. Tasks that it sent already go on.`,
    ...(row.editLasts === null ? ['This cannot be undone.'] : [lastsText(row.editLasts)]),
  ]
}
