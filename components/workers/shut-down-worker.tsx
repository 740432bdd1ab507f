'use client'

import { Power } from 'lucide-react'
import { useState } from 'react'
import type { WorkerView } from '../../lib/live/views.ts'
import { useAction } from '../live/use-action.ts'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { plural, shortWorker } from '../ui/format.ts'

const NAMED = 5
const ONLY_WARM = 'Remote control knows this way only; to end it at once, send its process SIGQUIT.'

/** Ends a worker, warm: it finishes what it runs. */
export function ShutDownWorker({
  name,
  view,
  cannotAct,
}: {
  readonly name: string
  readonly view: WorkerView
  readonly cannotAct: string | null
}) {
  const [open, setOpen] = useState(false)
  const action = useAction()
  return (
    <>
      <Button icon={Power} disabledReason={cannotAct} onClick={() => setOpen(true)}>
        Shut down…
      </Button>
      <Confirm
        open={open}
        onClose={() => setOpen(false)}
        level={2}
        danger
        title={`Shut down ${shortWorker(name)}?`}
        verb="Shut down 1 worker"
        facts={[...finishing(view), 'Umbel cannot start it again. Whatever supervises it may.', ONLY_WARM]}
        onConfirm={() => action.run('worker.shutdown', { workers: [name] })}
      />
    </>
  )
}

function finishing(view: WorkerView): readonly string[] {
  const running = view.running.map((task) => task.task ?? task.id)
  if (running.length === 0) return ['It runs nothing now and exits at once.']
  const names = running.slice(0, NAMED).join(', ')
  const more = running.length > NAMED ? ` and ${running.length - NAMED} more` : ''
  return [`It finishes ${plural(running.length, 'running task')} first, then exits: ${names}${more}.`]
}
