/** What searches ask of a task. */
import type { TaskRecord } from './records.ts'

export type TaskMatchInput = Pick<
  TaskRecord,
  | 'uuid'
  | 'name'
  | 'state'
  | 'sent'
  | 'received'
  | 'started'
  | 'failed'
  | 'revoked'
  | 'timestamp'
  | 'args'
  | 'kwargs'
  | 'result'
  | 'exception'
  | 'eta'
  | 'retries'
  | 'runtime'
  | 'queue'
  | 'worker'
  | 'client'
  | 'rootId'
  | 'parentId'
>

export type TaskTest = (task: TaskMatchInput) => boolean
