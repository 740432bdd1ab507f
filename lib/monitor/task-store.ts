/**
 * The tasks that are kept, at most `maxTasks`. Who makes room for a new one: the task that ended longest ago; or the
 * oldest unfinished one, when none has ended or when unfinished ones fill half the room (their ends were missed).
 */
import { isReady, REJECTED } from '../protocol/states.ts'
import { createChildren } from './children.ts'
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
  // In the order in which they ended. A task that ended twice is in it twice, one that runs again is passed over.
  let ended: TaskRecord[] = []
  let endedFrom = 0
  let open = 0
  let oldest = tasks.values()

  function evict(): void {
    const victim = (open * 2 > tasks.size ? nextOpen() : undefined) ?? nextEnded() ?? nextOpen()
    if (victim === undefined) return
    if (!isEnd(victim.state)) open--
    tasks.delete(victim.uuid)
    children.remove(victim.parentId, victim.uuid)
    onRemoved(victim.uuid)
  }

  function nextEnded(): TaskRecord | undefined {
    while (endedFrom < ended.length) {
      const task = ended[endedFrom++]
      if (endedFrom > 1_024 && endedFrom * 2 > ended.length) {
        ended = ended.slice(endedFrom)
        endedFrom = 0
      }
      if (task !== undefined && isEnd(task.state) && tasks.get(task.uuid) === task) return task
    }
    return undefined
  }

  /** The iterator lives on between calls: what lies behind it is gone, or has ended and stands in `ended`. */
  function nextOpen(): TaskRecord | undefined {
    for (let round = 0; round < 2; round++) {
      for (let next = oldest.next(); !next.done; next = oldest.next()) if (!isEnd(next.value.state)) return next.value
      oldest = tasks.values()
    }
    return undefined
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
      if (isEnd(task.state)) ended.push(task)
      else open++
      children.add(task.parentId, task.uuid)
    },
    moved(task, before) {
      if (task.parentId !== before.parentId) {
        children.remove(before.parentId, task.uuid)
        children.add(task.parentId, task.uuid)
      }
      if (task.state === before.state || isEnd(task.state) === isEnd(before.state)) return
      if (isEnd(task.state)) {
        open--
        ended.push(task)
      } else open++
    },
    children: (uuid) => children.of(uuid),
  }
}

function isEnd(state: string): boolean {
  return isReady(state) || state === REJECTED
}
