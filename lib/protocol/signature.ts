/** A task with its arguments, as data that can be sent inside other messages (wire.md F1). */
import { isRecord } from './record.ts'

export const SUBTASK_TYPES = ['chain', 'group', 'chord', 'xmap', 'xstarmap', 'chunks'] as const
export type SubtaskType = (typeof SUBTASK_TYPES)[number]

export interface SignatureData {
  readonly task: string
  readonly args: readonly unknown[]
  readonly kwargs: Readonly<Record<string, unknown>>
  readonly options: Readonly<Record<string, unknown>>
  readonly subtask_type: SubtaskType | null
  readonly immutable: boolean
}

/** Keys in the order that Celery writes them. */
export function createSignature(task: string, parts: Partial<Omit<SignatureData, 'task'>> = {}): SignatureData {
  const { args = [], kwargs = {}, options = {}, subtask_type = null, immutable = false } = parts
  return { task, args, kwargs, options, subtask_type, immutable }
}

/** True for what another program sent as a signature. Unknown keys are fine: old Celery sends `chord_size`. */
export function isSignature(value: unknown): value is SignatureData {
  return (
    isRecord(value) &&
    typeof value['task'] === 'string' &&
    Array.isArray(value['args']) &&
    isRecord(value['kwargs']) &&
    isRecord(value['options']) &&
    (value['subtask_type'] === null || isSubtaskType(value['subtask_type'])) &&
    typeof value['immutable'] === 'boolean'
  )
}

export function isSubtaskType(value: unknown): value is SubtaskType {
  return SUBTASK_TYPES.some((type) => type === value)
}
