'use client'

import { Minus, Plus } from 'lucide-react'
import { useState } from 'react'
import type { WorkerRowView } from '../../lib/live/views.ts'
import { useAction } from '../live/use-action.ts'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { Field } from '../ui/field.tsx'
import { plural, shortWorker } from '../ui/format.ts'
import { Input } from '../ui/input.tsx'

type Way = 'grow' | 'shrink'
const MOST_AT_ONCE = 100

/** Changes the number of slots of a worker. */
export function PoolSize({ worker, cannotAct }: { readonly worker: WorkerRowView; readonly cannotAct: string | null }) {
  const [way, setWay] = useState<Way | null>(null)
  return (
    <span className="flex flex-wrap gap-2">
      <Button icon={Plus} disabledReason={cannotAct} onClick={() => setWay('grow')}>
        Grow…
      </Button>
      <Button icon={Minus} disabledReason={cannotAct} onClick={() => setWay('shrink')}>
        Shrink…
      </Button>
      {way !== null && <PoolDialog worker={worker} way={way} onClose={() => setWay(null)} />}
    </span>
  )
}

function PoolDialog({
  worker,
  way,
  onClose,
}: {
  readonly worker: WorkerRowView
  readonly way: Way
  readonly onClose: () => void
}) {
  const action = useAction()
  const [text, setText] = useState('1')
  const by = Number(text)
  const size = worker.concurrency
  const most = way === 'shrink' && size !== null ? Math.max(1, size - 1) : MOST_AT_ONCE
  const isGood = Number.isInteger(by) && by >= 1 && by <= most
  const verb = way === 'grow' ? 'Add' : 'Remove'
  return (
    <Confirm
      open
      onClose={onClose}
      level={way === 'grow' ? 1 : 2}
      danger={way === 'shrink'}
      title={`${way === 'grow' ? 'Grow' : 'Shrink'} the pool of ${shortWorker(worker.name)}`}
      verb={isGood ? `${verb} ${plural(by, 'slot')}` : `${verb} slots`}
      disabledReason={isGood ? null : `Enter a whole number from 1 to ${most}`}
      facts={[
        ...(size === null || !isGood ? [] : [`${size} slots now, ${way === 'grow' ? size + by : size - by} after it.`]),
        way === 'grow'
          ? 'It lasts until the worker restarts; then its own setting counts again.'
          : 'Slots that run a task finish it first. It lasts until the worker restarts.',
      ]}
      onConfirm={() => action.run(`worker.pool-${way}`, { worker: worker.name, by })}
    >
      <Field label="Slots">
        {(field) => (
          <Input
            {...field}
            inputMode="numeric"
            className="max-w-24"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
    </Confirm>
  )
}
