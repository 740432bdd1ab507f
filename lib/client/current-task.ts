/** Which task runs now, so that what it sends knows its parent and goes out by its worker's connection. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Sender } from './send.ts'

export interface CurrentTask {
  readonly id: string
  readonly rootId: string | null
  readonly priority: number
  readonly sender: Sender
  /** Ids of what this task has sent, for `children` of its result. */
  readonly children: string[]
}

const storage = new AsyncLocalStorage<CurrentTask>()

export function currentTask(): CurrentTask | null {
  return storage.getStore() ?? null
}

export function runAs<T>(task: CurrentTask, body: () => T): T {
  return storage.run(task, body)
}
