'use client'

import { UserX } from 'lucide-react'
import { useState } from 'react'
import { useAction } from '../live/use-action.ts'
import { Button, type ButtonProps } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { shortWorker } from '../ui/format.ts'

type Props = {
  readonly name: string
  readonly cannotAct: string | null
  readonly variant?: ButtonProps['variant']
  readonly onForgotten?: () => void
}

/** For a worker that is gone for good: off the list, and the alert about it ends. */
export function ForgetWorker({ name, cannotAct, variant = 'plain', onForgotten }: Props) {
  const [open, setOpen] = useState(false)
  const action = useAction()
  return (
    <>
      <Button icon={UserX} variant={variant} disabledReason={cannotAct} onClick={() => setOpen(true)}>
        Forget worker…
      </Button>
      <Confirm
        open={open}
        onClose={() => setOpen(false)}
        level={1}
        title={`Forget ${shortWorker(name)}?`}
        verb="Forget worker"
        facts={[
          'It leaves the list of workers, and alerts that it is offline end. Its tasks stay.',
          'When it comes back it is listed again.',
        ]}
        onConfirm={() => action.run('worker.forget', { worker: name }).then(onForgotten)}
      />
    </>
  )
}
