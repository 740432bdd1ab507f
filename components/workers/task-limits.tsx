'use client'

import { EllipsisVertical } from 'lucide-react'
import { useState } from 'react'
import { useAction } from '../live/use-action.ts'
import { useMe } from '../live/use-me.ts'
import { Confirm } from '../ui/confirm.tsx'
import { Field } from '../ui/field.tsx'
import { shortWorker } from '../ui/format.ts'
import { Input } from '../ui/input.tsx'
import { Menu } from '../ui/menu.tsx'
import { limitSeconds, rateProblem, timeLimitProblem } from './limits.model.ts'

type Which = 'rate' | 'time'
type Props = { readonly worker: string; readonly task: string; readonly cannotAct: string | null }

const LASTS = 'It counts for this worker alone, until it restarts.'

/** The limits that a worker keeps for one of its tasks. */
export function TaskLimits({ worker, task, cannotAct }: Props) {
  const [which, setWhich] = useState<Which | null>(null)
  const { cannotAdmin } = useMe()
  return (
    <>
      <Menu
        label={`Limits of ${task}`}
        trigger={<EllipsisVertical size={14} aria-hidden />}
        items={[
          { label: 'Rate limit…', disabledReason: cannotAct, onSelect: () => setWhich('rate') },
          { label: 'Time limits…', disabledReason: cannotAct ?? cannotAdmin, onSelect: () => setWhich('time') },
        ]}
      />
      {which === 'rate' && <RateDialog worker={worker} task={task} onClose={() => setWhich(null)} />}
      {which === 'time' && <TimeDialog worker={worker} task={task} onClose={() => setWhich(null)} />}
    </>
  )
}

type DialogProps = { readonly worker: string; readonly task: string; readonly onClose: () => void }

function RateDialog({ worker, task, onClose }: DialogProps) {
  const action = useAction()
  const [text, setText] = useState('')
  const rate = text.trim()
  const problem = rateProblem(rate)
  return (
    <Confirm
      open
      onClose={onClose}
      level={1}
      title={`Rate limit of ${task} on ${shortWorker(worker)}`}
      verb={rate === '0' ? 'Lift the limit' : 'Set the limit'}
      disabledReason={problem}
      facts={[LASTS]}
      onConfirm={() => action.run('task.rate-limit', { worker, task, rate })}
    >
      <Field label="Starts at most" hint="10/s, 10/m or 10/h; 0 for no limit">
        {(field) => (
          <Input
            {...field}
            data-autofocus
            className="max-w-32"
            value={text}
            placeholder="10/m"
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
    </Confirm>
  )
}

function TimeDialog({ worker, task, onClose }: DialogProps) {
  const action = useAction()
  const [soft, setSoft] = useState('')
  const [hard, setHard] = useState('')
  const problem = timeLimitProblem(soft, hard)
  const limits = { soft: limitSeconds(soft) ?? null, hard: limitSeconds(hard) ?? null }
  const lifts = limits.soft === null && limits.hard === null
  return (
    <Confirm
      open
      onClose={onClose}
      level={1}
      title={`Time limits of ${task} on ${shortWorker(worker)}`}
      verb={lifts ? 'Lift both limits' : 'Set the limits'}
      disabledReason={problem}
      facts={['Soft: the task is told to end. Hard: its process is killed.', LASTS]}
      onConfirm={() => action.run('task.time-limit', { worker, task, ...limits })}
    >
      <div className="flex gap-3">
        <Field label="Soft, seconds" hint="Empty: none">
          {(field) => (
            <Input
              {...field}
              inputMode="decimal"
              className="max-w-28"
              value={soft}
              onChange={(event) => setSoft(event.target.value)}
            />
          )}
        </Field>
        <Field label="Hard, seconds" hint="Empty: none">
          {(field) => (
            <Input
              {...field}
              inputMode="decimal"
              className="max-w-28"
              value={hard}
              onChange={(event) => setHard(event.target.value)}
            />
          )}
        </Field>
      </div>
    </Confirm>
  )
}
