'use client'

import dynamic from 'next/dynamic'
import type { TaskRowView } from '../../lib/live/views.ts'

export type TaskActionName = 'retry' | 'revoke'

/** What a person is about to do, to these tasks. The rows are frozen as they were when it was asked for. */
export interface TaskAction {
  readonly name: TaskActionName
  readonly tasks: readonly TaskRowView[]
}

const RetryDialog = dynamic(() => import('./retry-dialog.tsx').then((part) => part.RetryDialog), { ssr: false })
const RetryManyDialog = dynamic(() => import('./retry-many-dialog.tsx').then((part) => part.RetryManyDialog), {
  ssr: false,
})
const RevokeDialog = dynamic(() => import('./revoke-dialog.tsx').then((part) => part.RevokeDialog), { ssr: false })

export interface TaskActionDialogProps {
  readonly action: TaskAction | null
  readonly onClose: () => void
}

/** The dialog of an action on tasks, loaded when first asked for. */
export function TaskActionDialog({ action, onClose }: TaskActionDialogProps) {
  const first = action?.tasks[0]
  if (action === null || first === undefined) return null
  if (action.name === 'revoke') return <RevokeDialog tasks={action.tasks} onClose={onClose} />
  if (action.tasks.length > 1) return <RetryManyDialog tasks={action.tasks} onClose={onClose} />
  return <RetryDialog key={first.id} task={first} onClose={onClose} />
}
