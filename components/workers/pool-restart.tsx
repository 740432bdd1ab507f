'use client'

import { RotateCw } from 'lucide-react'
import { useState } from 'react'
import { useAction } from '../live/use-action.ts'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { shortWorker } from '../ui/format.ts'

/** Lets a worker start its pool anew. */
export function PoolRestart({ worker, cannotAct }: { readonly worker: string; readonly cannotAct: string | null }) {
  const [open, setOpen] = useState(false)
  const action = useAction()
  return (
    <>
      <Button icon={RotateCw} disabledReason={cannotAct} onClick={() => setOpen(true)}>
        Restart…
      </Button>
      <Confirm
        open={open}
        onClose={() => setOpen(false)}
        level={2}
        danger
        title={`Restart the pool of ${shortWorker(worker)}?`}
        verb="Restart 1 pool"
        facts={[
          'The processes that run tasks end and new ones start; what they run is interrupted.',
          'Celery allows it only where the setting worker_pool_restarts is on; the worker says so if it is not.',
        ]}
        onConfirm={() => action.run('worker.pool-restart', { worker })}
      />
    </>
  )
}
