'use client'

import { Ban } from 'lucide-react'
import { useState } from 'react'
import type { InspectedTaskView } from '../../lib/live/views.ts'
import { useAction } from '../live/use-action.ts'
import { Confirm } from '../ui/confirm.tsx'
import { shortId } from '../ui/format.ts'
import { IconButton } from '../ui/icon-button.tsx'

type Props = {
  readonly task: InspectedTaskView
  /** It runs: taking it back means killing the process that runs it. */
  readonly isRunning: boolean
  readonly cannotAct: string | null
}

/** Takes back one task that a worker holds. */
export function RevokeTask({ task, isRunning, cannotAct }: Props) {
  const [open, setOpen] = useState(false)
  const action = useAction()
  const name = task.task ?? shortId(task.id)
  const verb = isRunning ? 'Terminate' : 'Revoke'
  return (
    <>
      <IconButton
        icon={Ban}
        label={`${verb} ${name}…`}
        disabledReason={cannotAct}
        className="size-6 align-middle"
        onClick={() => setOpen(true)}
      />
      <Confirm
        open={open}
        onClose={() => setOpen(false)}
        level={isRunning ? 2 : 1}
        danger={isRunning}
        title={`${verb} ${name}?`}
        verb={`${verb} task`}
        facts={
          isRunning
            ? ['The process running it is killed. Work in progress is lost; with acks late it may run again.']
            : ['Workers will skip it. Workers started later do not know this unless they keep a state file.']
        }
        onConfirm={() => action.run('task.revoke', { tasks: [task.id], ...(isRunning && { terminate: true }) })}
      />
    </>
  )
}
