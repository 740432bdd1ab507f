'use client'

import { RefreshCw } from 'lucide-react'
import { useAction } from '../live/use-action.ts'
import { useMe } from '../live/use-me.ts'
import { IconButton } from '../ui/icon-button.tsx'

type Props = {
  /** Left out: all workers. */
  readonly worker?: string
  /** A round is under way already. */
  readonly busy?: boolean
}

/** Asks workers again what they do and how they are set up. */
export function RefreshWorkers({ worker, busy = false }: Props) {
  const action = useAction()
  const { cannotAct } = useMe()
  return (
    <IconButton
      icon={RefreshCw}
      label={worker === undefined ? 'Ask all workers again' : 'Ask this worker again'}
      busy={busy || action.busy}
      disabledReason={cannotAct}
      // What is refused is said in a toast.
      onClick={() => void action.run('worker.inspect', worker === undefined ? {} : { worker }).catch(() => {})}
    />
  )
}
