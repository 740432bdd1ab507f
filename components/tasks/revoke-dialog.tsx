'use client'

import { useState } from 'react'
import type { TaskRowView } from '../../lib/live/views.ts'
import { useAction } from '../live/use-action.ts'
import { Confirm } from '../ui/confirm.tsx'
import { Field } from '../ui/field.tsx'
import { plural, shortWorker } from '../ui/format.ts'
import { Select } from '../ui/select.tsx'
import { Switch } from '../ui/switch.tsx'
import { TaskExamples } from './task-examples.tsx'
import { canRevoke } from './task-row.model.ts'

export interface RevokeDialogProps {
  readonly tasks: readonly TaskRowView[]
  readonly onClose: () => void
}

const SIGNALS = [
  { value: 'SIGTERM', label: 'SIGTERM: end it' },
  { value: 'SIGUSR1', label: 'SIGUSR1: raise SoftTimeLimitExceeded in it' },
  { value: 'SIGINT', label: 'SIGINT: interrupt it' },
  { value: 'SIGKILL', label: 'SIGKILL: end it at once, without clean-up' },
] as const
type Signal = (typeof SIGNALS)[number]['value']

/** Takes tasks back; where one runs already, killing its process is a choice of its own. */
export function RevokeDialog({ tasks, onClose }: RevokeDialogProps) {
  const { run } = useAction()
  const open = tasks.filter(canRevoke)
  const running = open.filter((task) => task.state === 'STARTED')
  const [terminate, setTerminate] = useState(open.length === 1 && running.length === 1)
  const [signal, setSignal] = useState<Signal>('SIGTERM')
  const ended = tasks.length - open.length
  const verb = terminate && running.length > 0 ? 'Terminate' : 'Revoke'
  return (
    <Confirm
      open
      onClose={onClose}
      level={open.length === 1 && !terminate ? 1 : 2}
      danger
      title={open.length === 1 ? `${verb} ${open[0]?.name ?? 'this task'}?` : `${verb} ${plural(open.length, 'task')}?`}
      verb={`${verb} ${open.length === 1 ? 'task' : plural(open.length, 'task')}`}
      disabledReason={open.length === 0 ? 'All of them have ended' : null}
      facts={factsOf(open, running, ended, terminate)}
      onConfirm={() =>
        run('task.revoke', { tasks: open.map((task) => task.id), ...(terminate ? { terminate: true, signal } : {}) })
      }
    >
      <TaskExamples tasks={open} />
      {running.length > 0 && (
        <div className="flex flex-col items-start gap-2">
          <Switch
            label={
              running.length === 1
                ? 'Kill the process that runs it'
                : `Kill the processes of ${running.length} running tasks`
            }
            checked={terminate}
            onChange={setTerminate}
          />
          {terminate && (
            <Field label="Signal">
              {(field) => <Select {...field} options={SIGNALS} value={signal} onChange={setSignal} />}
            </Field>
          )}
        </div>
      )}
    </Confirm>
  )
}

function factsOf(
  open: readonly TaskRowView[],
  running: readonly TaskRowView[],
  ended: number,
  terminate: boolean,
): readonly string[] {
  const facts: string[] = []
  const workers = new Set(running.map((task) => task.worker).filter((worker) => worker !== null))
  if (open.length > running.length) {
    facts.push('Workers will skip it. Workers started later do not know this unless they keep a state file.')
  }
  if (running.length > 0 && terminate) {
    const where = workers.size === 1 ? ` on ${shortWorker([...workers][0] ?? '')}` : ''
    facts.push(`The process running it${where} is killed. Work in progress is lost; with acks late it may run again.`)
  }
  if (running.length > 0 && !terminate) {
    facts.push(`${plural(running.length, 'task')} already running: revoking alone does not stop what runs.`)
  }
  if (ended > 0) facts.push(`${plural(ended, 'task')} already ended and ${ended === 1 ? 'is' : 'are'} left out.`)
  return facts
}
