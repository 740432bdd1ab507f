'use client'

import { EllipsisVertical } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useAction } from '../live/use-action.ts'
import { useMe } from '../live/use-me.ts'
import { Confirm } from '../ui/confirm.tsx'
import { Field } from '../ui/field.tsx'
import { shortWorker } from '../ui/format.ts'
import { Input } from '../ui/input.tsx'
import { Menu } from '../ui/menu.tsx'
import { limitSeconds, rateProblem, timeLimitProblem } from './limits.model.ts'

type Which = 'rate' | 'time'
type Props = {
  /** Null: all that are online. */
  readonly worker: string | null
  readonly task: string
  readonly cannotAct: string | null
  /** What is inside the button; three dots without it. */
  readonly trigger?: ReactNode
}

const LASTS = 'It counts for this worker alone, until it restarts.'
const LASTS_FOR_ALL = 'It counts for the workers that are online now, until they restart.'

/** The limits that a worker, or all of them, keep for one of their tasks. */
export function TaskLimits({ worker, task, cannotAct, trigger }: Props) {
  const [which, setWhich] = useState<Which | null>(null)
  const { cannotDo } = useMe()
  return (
    <>
      <Menu
        label={`Limits of ${task}`}
        trigger={trigger ?? <EllipsisVertical size={14} aria-hidden />}
        {...(trigger !== undefined && { className: BUTTON })}
        items={[
          { label: 'Rate limit…', disabledReason: cannotAct, onSelect: () => setWhich('rate') },
          {
            label: 'Time limits…',
            disabledReason: cannotAct ?? cannotDo('task.time-limit'),
            onSelect: () => setWhich('time'),
          },
        ]}
      />
      {which === 'rate' && <RateDialog worker={worker} task={task} onClose={() => setWhich(null)} />}
      {which === 'time' && <TimeDialog worker={worker} task={task} onClose={() => setWhich(null)} />}
    </>
  )
}

type DialogProps = { readonly worker: string | null; readonly task: string; readonly onClose: () => void }

/** As a `Button` looks. */
const BUTTON =
  'control inline-flex h-control shrink-0 items-center gap-1 rounded-md border border-line-strong/45 bg-surface px-2.5 text-sm text-fg whitespace-nowrap hover:bg-hover'

function whereOf(worker: string | null): string {
  return worker === null ? 'all workers' : shortWorker(worker)
}

/** Without a worker it goes to all of them. */
function target(worker: string | null): { readonly worker?: string } {
  return worker === null ? {} : { worker }
}

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
      title={`Rate limit of ${task} on ${whereOf(worker)}`}
      verb={rate === '0' ? 'Lift the limit' : 'Set the limit'}
      disabledReason={problem}
      facts={[worker === null ? LASTS_FOR_ALL : LASTS]}
      onConfirm={() => action.run('task.rate-limit', { ...target(worker), task, rate })}
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
      title={`Time limits of ${task} on ${whereOf(worker)}`}
      verb={lifts ? 'Lift both limits' : 'Set the limits'}
      disabledReason={problem}
      facts={['Soft: the task is told to end. Hard: its process is killed.', worker === null ? LASTS_FOR_ALL : LASTS]}
      onConfirm={() => action.run('task.time-limit', { ...target(worker), task, ...limits })}
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
