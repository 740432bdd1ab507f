'use client'

import type { TaskRowView } from '../../lib/live/views.ts'
import { useAction } from '../live/use-action.ts'
import { Confirm } from '../ui/confirm.tsx'
import { plural } from '../ui/format.ts'
import { TaskExamples } from './task-examples.tsx'

export interface RetryManyDialogProps {
  readonly tasks: readonly TaskRowView[]
  readonly onClose: () => void
}

/** Sends several tasks again, each with its own whole arguments; those whose arguments are not known are named. */
export function RetryManyDialog({ tasks, onClose }: RetryManyDialogProps) {
  const { run } = useAction()
  const succeeded = tasks.filter((task) => task.state === 'SUCCESS').length
  return (
    <Confirm
      open
      onClose={onClose}
      level={2}
      title={`Retry ${plural(tasks.length, 'task')}?`}
      verb={`Retry ${plural(tasks.length, 'task')}`}
      facts={[
        'Each is sent again under a new id, with its own arguments, to its own queue.',
        'Those whose whole arguments are not known are not sent; you are told why.',
        ...(succeeded > 0
          ? [`${plural(succeeded, 'task')} already succeeded. Running them again repeats their effects.`]
          : []),
      ]}
      onConfirm={() => run('task.retry', { tasks: tasks.map((task) => task.id) })}
    >
      <TaskExamples tasks={tasks} />
    </Confirm>
  )
}
