/**
 * The tasks that are kept, at most `maxTasks`. Who makes room for a new one: the task that ended longest ago; or the
 * oldest unfinished one, when none has ended or when unfinished ones fill half the room (their ends were missed).
 */
import { isReady, REJECTED } from '../protocol/states.ts'
import { createChildren } from './children.ts'
import { createEvictionQueue } from './eviction-queue.ts'
import type { TaskRecord } from './records.ts'

export interface TaskStore {
  get(uuid: string): TaskRecord | undefined
  /** Oldest first seen first. */
  values(): Iterable<TaskRecord>
  readonly size: number
  add(task: TaskRecord): void
  /** To be called when an event has changed the state or the parent of a task. */
  moved(task: TaskRecord, before: { readonly state: string; readonly parentId: string | null }): void
  children(uuid: string): readonly string[]
}

export function createTaskStore(maxTasks: number, onRemoved: (uuid: string) => void): TaskStore {
  const tasks = new Map<string, TaskRecord>()
  const children = createChildren()
  const isKept = (task: TaskRecord) => tasks.get(task.uuid) === task
  const ended = createEvictionQueue<TaskRecord>(maxTasks, (task) => isEnd(task.state) && isKept(task))
  const unfinished = createEvictionQueue<TaskRecord>(maxTasks, (task) => !isEnd(task.state) && isKept(task))
  let open = 0

  function enqueue(task: TaskRecord): void {
    if (isEnd(task.state)) ended.push(task)
    else {
      open++
      unfinished.push(task)
    }
  }

  function evict(): void {
    const victim = (open * 2 > tasks.size ? unfinished.take() : undefined) ?? ended.take() ?? unfinished.take()
    if (victim === undefined) return
    if (!isEnd(victim.state)) open--
    tasks.delete(victim.uuid)
    children.remove(victim.parentId, victim.uuid)
    onRemoved(victim.uuid)
  }

  return {
    get: (uuid) => tasks.get(uuid),
    values: () => tasks.values(),
    get size() {
      return tasks.size
    },
    add(task) {
      if (tasks.size >= maxTasks) evict()
      tasks.set(task.uuid, task)
      enqueue(task)
      children.add(task.parentId, task.uuid)
    },
    moved(task, before) {
      if (task.parentId !== before.parentId) {
        children.remove(before.parentId, task.uuid)
        children.add(task.parentId, task.uuid)
      }
      if (task.state === before.state || isEnd(task.state) === isEnd(before.state)) return
      if (isEnd(task.state)) open--
      enqueue(task)
    },
    children: (uuid) => children.of(uuid),
  }
}

function isEnd(state: string): boolean {
  return isReady(state) || state === REJECTED
}
