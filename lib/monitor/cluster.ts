/**
 * The state of the cluster: a reducer over events. Pure and synchronous, so that a recorded stream gives the same state
 * every time; time is passed in. Everything that grows has a bound in the options.
 */
import type { ClusterEvent } from '../protocol/events.ts'
import type { TaskMeta } from '../results/results.ts'
import type { ClusterChanges, ClusterReader } from './contracts.ts'
import { createEventKinds, type TaskEventKind } from './event-kind.ts'
import { clipText, createInterner, endOfText } from './kept-text.ts'
import type { TaskRecord, WorkerRecord } from './records.ts'
import type { StoredTask } from './task-columns.ts'
import type { TaskColumnsSource } from './task-list.ts'
import { applyTaskEvent, createTaskRecord, type Keep } from './task-reducer.ts'
import { applyTaskMeta } from './task-repair.ts'
import { createTaskStore } from './task-store.ts'
import { applyWorkerEvent, noteTaskEvent } from './worker-reducer.ts'
import { createWorkerStore } from './worker-store.ts'

export interface ClusterOptions {
  readonly maxTasks: number
  readonly maxWorkers: number
  /** Most bytes kept of one text field of a task. */
  readonly maxFieldBytes: number
  /** Most task names, and most other repeated texts, remembered. */
  readonly maxNames?: number
}

/** What a task event did. */
export interface AppliedEvent {
  readonly task: TaskRecord
  readonly kind: TaskEventKind
  /** False when it repeated what was known already; such an event must not be counted as a second transition. */
  readonly isNew: boolean
}

export interface Cluster extends ClusterReader, TaskColumnsSource {
  /** Null for events that are about no task. */
  apply(event: ClusterEvent, nowMs: number): AppliedEvent | null
  /**
   * Takes over what a result key says: final state, result, exception, traceback; name and arguments where they are not
   * known. Never moves a task back. False when nothing was new. A task that is not known is added.
   */
  applyMeta(meta: TaskMeta, nowMs: number): boolean
  /**
   * Takes workers offline whose heartbeats stopped. Not to be called while events cannot be received: silence would
   * then say nothing about them.
   */
  expireWorkers(nowMs: number): void
  /** Forgets a worker that is offline. False when it is online or not known. */
  forgetWorker(name: string): boolean
  /** Hands what changed since the last call to the listeners; nothing happens when nothing changed. */
  flush(nowMs: number): void
  /** Puts a record back that was kept elsewhere. A task that is known already stays as it is. */
  restoreTask(record: TaskRecord): void
  /** The same for a worker. */
  restoreWorker(record: WorkerRecord): void
  /** Names of tasks of which none may be kept any more. */
  restoreNames(known: readonly string[]): void
}

const MAX_EVENT_TYPES = 1_000
/** Of runs that ended in a retry, whose tasks may yet succeed. */
const TRACEBACK_CHARACTERS = 2_000
/** Equal ones are kept once: runs that fail alike fail in the same lines. */
const MAX_TRACEBACKS = 500

export function createCluster(options: ClusterOptions): Cluster {
  const { maxTasks, maxWorkers, maxFieldBytes, maxNames = 10_000 } = options
  const kindOf = createEventKinds(MAX_EVENT_TYPES)
  const intern = createInterner(maxNames)
  const share = createInterner(MAX_TRACEBACKS, TRACEBACK_CHARACTERS + 2)
  const keep: Keep = {
    intern,
    clip: (text) => clipText(text, maxFieldBytes),
    traceback: (text) => share(endOfText(text, TRACEBACK_CHARACTERS)),
    maxFieldBytes,
  }
  const names = new Set<string>()
  const listeners = new Set<(changes: ClusterChanges) => void>()
  let changedTasks = new Set<string>()
  let removedTasks = new Set<string>()
  let changedWorkers = new Set<string>()

  const tasks = createTaskStore(maxTasks, (uuid) => {
    changedTasks.delete(uuid)
    removedTasks.add(uuid)
  })
  const workers = createWorkerStore(maxWorkers, intern, (name) => changedWorkers.add(name))

  function taskFor(uuid: string): StoredTask {
    const known = tasks.get(uuid)
    if (known !== undefined) return known
    const task = createTaskRecord(uuid)
    tasks.add(task)
    removedTasks.delete(uuid)
    return task
  }

  function changed(task: StoredTask, before: { readonly state: string; readonly parentId: string | null }): void {
    tasks.changed(task, before)
    if (task.name !== null && names.size < maxNames) names.add(task.name)
    changedTasks.add(task.uuid)
  }

  function applyToTask(uuid: string, kind: TaskEventKind, event: ClusterEvent, nowMs: number): AppliedEvent {
    if (kind.milestone !== 'sent') noteTaskEvent(workers.for(event.hostname), kind.type, nowMs)
    const task = taskFor(uuid)
    const before = { state: task.state, parentId: task.parentId }
    const isNew = applyTaskEvent(task, kind, event, keep)
    changed(task, before)
    return { task, kind, isNew }
  }

  return {
    task: (uuid) => tasks.get(uuid),
    tasks: () => tasks.values(),
    get taskCount() {
      return tasks.size
    },
    children: (uuid) => tasks.children(uuid),
    columns: () => tasks.columns(),
    taskNames: () => [...names],
    worker: (name) => workers.get(name),
    workers: () => workers.values(),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },

    apply(event, nowMs) {
      const kind = kindOf(event.type)
      if (kind !== null && event.uuid !== null) return applyToTask(event.uuid, kind, event, nowMs)
      if (event.type.startsWith('worker-')) applyWorkerEvent(workers.for(event.hostname), event, nowMs)
      return null
    },
    applyMeta(meta, nowMs) {
      const known = tasks.get(meta.task_id)
      const task = known ?? createTaskRecord(meta.task_id)
      const before = { state: task.state, parentId: task.parentId }
      if (!applyTaskMeta(task, meta, nowMs, keep)) return false
      if (known === undefined) {
        tasks.add(task)
        removedTasks.delete(task.uuid)
      }
      changed(task, known === undefined ? task : before)
      return true
    },
    expireWorkers: (nowMs) => workers.expire(nowMs),
    forgetWorker: (name) => workers.forget(name),
    flush(nowMs) {
      if (changedTasks.size + removedTasks.size + changedWorkers.size === 0) return
      // A little now and then, instead of all of it when somebody looks.
      tasks.columns()
      const changes: ClusterChanges = { tasks: changedTasks, removedTasks, workers: changedWorkers, atMs: nowMs }
      changedTasks = new Set()
      removedTasks = new Set()
      changedWorkers = new Set()
      for (const listener of listeners) listener(changes)
    },
    restoreWorker: (record) => workers.restore(record),
    restoreNames(known) {
      for (const name of known) if (names.size < maxNames) names.add(name)
    },
    restoreTask(record) {
      if (tasks.get(record.uuid) !== undefined) return
      const task: StoredTask = { ...createTaskRecord(record.uuid), ...record, slot: -1 }
      tasks.add(task)
      removedTasks.delete(task.uuid)
      changed(task, task)
    },
  }
}
