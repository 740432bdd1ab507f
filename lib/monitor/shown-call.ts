/** What people see of a call that a worker's answer or a waiting message tells of: as `format_task` shows its task. */
import { HIDDEN } from '../live/hidden.ts'
import type { FormatTask, ShownTask } from './format-task.ts'
import type { TaskRecord } from './records.ts'
import { createTaskRecord } from './task-reducer.ts'

interface Call {
  readonly id: string | null
  readonly task: string | null
  readonly args: string | null
  readonly kwargs: string | null
  /** The message itself, where there is one. */
  readonly raw?: string
}

/** The call itself where nothing of it is shown in another way. */
export type ShownCall = <T extends Call>(call: T) => T

/** Calls whose look is remembered: the function runs once for each of them, not for each look. */
const REMEMBERED_MOST = 5_000

export function createShownCall(
  format: FormatTask | null,
  shown: ShownTask,
  find: (id: string) => TaskRecord | undefined,
): ShownCall {
  if (format === null) return (call) => call
  const made = new Map<string, Pick<Call, 'task' | 'args' | 'kwargs'>>()

  function lookOf({ id, task: name, args, kwargs }: Call): Pick<Call, 'task' | 'args' | 'kwargs'> {
    const key = JSON.stringify([id, name, args, kwargs])
    const known = made.get(key)
    if (known !== undefined) return known
    const seen = shown({ ...(find(id ?? '') ?? createTaskRecord(id ?? '')), name, args, kwargs })
    const look = { task: seen.name, args: seen.args, kwargs: seen.kwargs }
    if (made.size >= REMEMBERED_MOST) made.clear()
    made.set(key, look)
    return look
  }

  return (call) => {
    const look = lookOf(call)
    if (look.task === call.task && look.args === call.args && look.kwargs === call.kwargs) return call
    // The body of a message holds what was changed for people's eyes.
    return { ...call, ...look, ...(call.raw !== undefined && { raw: HIDDEN }) }
  }
}
