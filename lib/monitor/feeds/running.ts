/** Which tasks run on which worker, kept up by changes while somebody looks. */
import type { ClusterChanges, ClusterReader } from '../contracts.ts'
import type { TaskRecord } from '../records.ts'
import { HOLDS_NO_SLOT } from '../task-runs.ts'

export class RunningTasks {
  readonly #cluster: ClusterReader
  readonly #byWorker = new Map<string, Map<string, number>>()
  readonly #workerOf = new Map<string, string>()

  constructor(cluster: ClusterReader) {
    this.#cluster = cluster
    for (const task of cluster.tasks()) this.#put(task)
  }

  apply({ tasks, removedTasks }: ClusterChanges): void {
    for (const id of tasks) {
      const task = this.#cluster.task(id)
      if (task === undefined) this.#drop(id)
      else this.#put(task)
    }
    for (const id of removedTasks) this.#drop(id)
  }

  /** The longest running task of a worker; of those that started together the first by id. */
  longest(worker: string): TaskRecord | null {
    let found: string | null = null
    let started = Number.POSITIVE_INFINITY
    for (const [id, at] of this.#byWorker.get(worker) ?? []) {
      if (at > started || (at === started && found !== null && id > found)) continue
      started = at
      found = id
    }
    return found === null ? null : (this.#cluster.task(found) ?? null)
  }

  /** Tasks that its events say are running there. */
  count(worker: string): number {
    return this.#byWorker.get(worker)?.size ?? 0
  }

  #put(task: TaskRecord): void {
    const { uuid, worker, started } = task
    // Custom states (PROGRESS) run as well; only what has ended or not begun does not.
    const runs = worker !== null && started !== null && !HOLDS_NO_SLOT.has(task.state)
    const before = this.#workerOf.get(uuid)
    if (before !== undefined && (!runs || before !== worker)) this.#drop(uuid)
    if (!runs) return
    this.#workerOf.set(uuid, worker)
    const tasks = this.#byWorker.get(worker) ?? new Map<string, number>()
    tasks.set(uuid, started)
    this.#byWorker.set(worker, tasks)
  }

  #drop(id: string): void {
    const worker = this.#workerOf.get(id)
    if (worker === undefined) return
    this.#workerOf.delete(id)
    const tasks = this.#byWorker.get(worker)
    tasks?.delete(id)
    if (tasks?.size === 0) this.#byWorker.delete(worker)
  }
}
