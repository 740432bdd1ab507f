'use client'

import { Ban, RotateCcw } from 'lucide-react'
import { useState } from 'react'
import type { TaskRowView } from '../../lib/live/views.ts'
import { useKeys } from '../frame/keys.ts'
import { useMe } from '../live/use-me.ts'
import { Button } from '../ui/button.tsx'
import { type TaskAction, TaskActionDialog } from './task-actions.tsx'
import { canRevoke } from './task-row.model.ts'

/** What can be done with one task. `keys`: `r` and `Shift+x` do it too. */
export function TaskButtons({ task, keys = false }: { readonly task: TaskRowView; readonly keys?: boolean }) {
  const [action, setAction] = useState<TaskAction | null>(null)
  const { cannotAct } = useMe()
  const running = task.state === 'STARTED'
  const ended = canRevoke(task) ? null : 'It has ended'
  const retry = () => setAction({ name: 'retry', tasks: [task] })
  const revoke = () => setAction({ name: 'revoke', tasks: [task] })
  return (
    <>
      <Button icon={RotateCcw} disabledReason={cannotAct} onClick={retry}>
        Retry…
      </Button>
      <Button icon={Ban} disabledReason={cannotAct ?? ended} onClick={revoke}>
        {running ? 'Terminate…' : 'Revoke…'}
      </Button>
      {keys && cannotAct === null && <Keys onRetry={retry} onRevoke={ended === null ? revoke : () => {}} />}
      <TaskActionDialog action={action} onClose={() => setAction(null)} />
    </>
  )
}

function Keys({ onRetry, onRevoke }: { readonly onRetry: () => void; readonly onRevoke: () => void }) {
  useKeys({ r: onRetry, 'Shift+x': onRevoke })
  return null
}
