'use client'

import { MoveHorizontal } from 'lucide-react'
import { useState } from 'react'
import type { WorkerRowView } from '../../lib/live/views.ts'
import { useAction } from '../live/use-action.ts'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { Field } from '../ui/field.tsx'
import { shortWorker } from '../ui/format.ts'
import { Input } from '../ui/input.tsx'
import { autoscaleProblem, wholeNumber } from './limits.model.ts'

type Props = { readonly worker: WorkerRowView; readonly cannotAct: string | null }

/** Sets the bounds between which a worker sizes its pool by itself. */
export function PoolAutoscale({ worker, cannotAct }: Props) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button icon={MoveHorizontal} disabledReason={cannotAct} onClick={() => setOpen(true)}>
        Autoscale…
      </Button>
      {open && <AutoscaleDialog worker={worker} onClose={() => setOpen(false)} />}
    </>
  )
}

function AutoscaleDialog({ worker, onClose }: { readonly worker: WorkerRowView; readonly onClose: () => void }) {
  const action = useAction()
  const [least, setLeast] = useState('1')
  const [most, setMost] = useState(String(worker.concurrency ?? 4))
  const problem = autoscaleProblem(least, most)
  const [min, max] = [wholeNumber(least) ?? 0, wholeNumber(most) ?? 0]
  return (
    <Confirm
      open
      onClose={onClose}
      level={1}
      title={`Autoscale ${shortWorker(worker.name)}`}
      verb={problem === null ? `Keep ${min} to ${max} slots` : 'Set the bounds'}
      disabledReason={problem}
      facts={['Only a worker that was started with --autoscale can do it. It lasts until the worker restarts.']}
      onConfirm={() => action.run('worker.autoscale', { worker: worker.name, min, max })}
    >
      <div className="flex gap-3">
        <Field label="Least slots">
          {(field) => (
            <Input
              {...field}
              inputMode="numeric"
              className="max-w-24"
              value={least}
              onChange={(event) => setLeast(event.target.value)}
            />
          )}
        </Field>
        <Field label="Most slots">
          {(field) => (
            <Input
              {...field}
              inputMode="numeric"
              className="max-w-24"
              value={most}
              onChange={(event) => setMost(event.target.value)}
            />
          )}
        </Field>
      </div>
    </Confirm>
  )
}
