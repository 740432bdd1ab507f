/** Which task runs now, so that what it sends knows its parent and goes out by its worker's connection. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { ResultTuple } from './canvas/result-node.ts'
import type { Sender } from './send.ts'

export type Child = string | ResultTuple

export interface CurrentTask {
  readonly id: string
  readonly rootId: string | null
  readonly priority: number
  /** Null: in a child of a worker, which has connections of its own only when they are needed. */
  readonly sender: Sender | null
  /** What this task has sent, for `children` of its result: ids of tasks, groups as result tuples. */
  readonly children: Child[]
}

const storage = new AsyncLocalStorage<CurrentTask>()

export function currentTask(): CurrentTask | null {
  return storage.getStore() ?? null
}

export function runAs<T>(task: CurrentTask, body: () => T): T {
  return storage.run(task, body)
}
