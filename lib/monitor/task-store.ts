/**
 * The tasks that are kept, at most `maxTasks`. Who makes room for a new one: the task that ended longest ago; or the
 * oldest unfinished one, when none has ended or when unfinished ones fill half the room (their ends were missed).
 */
import { isReady, REJECTED } from '../protocol/states.ts'
import { createChildren } from './children.ts'
import { createEvictionQueue } from './eviction-queue.ts'
import { createTaskTable, type StoredTask, type TaskColumns } from './task-columns.ts'

export interface TaskStore {
  get(uuid: string): StoredTask | undefined
  /** Oldest first seen first. */
  values(): Iterable<StoredTask>
  readonly size: number
  add(task: StoredTask): void
  /** To be called after every change of a task. */
  changed(task: StoredTask, before: { readonly state: string; readonly parentId: string | null }): void
  children(uuid: string): readonly string[]
  /** All tasks as columns, as they are now. */
  columns(): TaskColumns
}

export function createTaskStore(maxTasks: number, onRemoved: (uuid: string) => void): TaskStore {
  const tasks = new Map<string, StoredTask>()
  const children = createChildren()
  const table = createTaskTable(maxTasks)
  // A task that was removed has no slot any more.
  const ended = createEvictionQueue<StoredTask>((task) => task.slot >= 0 && isEnd(task.state))
  const unfinished = createEvictionQueue<StoredTask>((task) => task.slot >= 0 && !isEnd(task.state))
  let open = 0

  function enqueue(task: StoredTask): void {
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
    table.remove(victim)
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
      table.add(task)
      enqueue(task)
      children.add(task.parentId, task.uuid)
    },
    changed(task, before) {
      table.touch(task)
      if (task.parentId !== before.parentId) {
        children.remove(before.parentId, task.uuid)
        children.add(task.parentId, task.uuid)
      }
      if (task.state === before.state || isEnd(task.state) === isEnd(before.state)) return
      if (isEnd(task.state)) open--
      enqueue(task)
    },
    children: (uuid) => children.of(uuid),
    columns: () => table.columns(),
  }
}

function isEnd(state: string): boolean {
  return isReady(state) || state === REJECTED
}
