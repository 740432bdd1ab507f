/**
 * What lists filter and sort by, as columns of numbers. The records themselves lie all over the heap: to look at one
 * field of 100,000 of them takes longer than all the rest of a search. Events only mark a task as touched; the columns
 * are brought up to date when somebody looks at them.
 */
import { isReady } from '../protocol/states.ts'
import type { TaskRecord } from './records.ts'
import { BLOCK, createMarks, mark, type RowMarks, unmark } from './row-marks.ts'
import { runSeconds } from './run-time.ts'
import { createTextIds, type TextIds } from './text-ids.ts'

/** A record that knows its place in the columns; -1 while it has none. */
export interface StoredTask extends TaskRecord {
  slot: number
}

/** Read-only for those who look. A number that is not known is NaN, a text that is not known has id 0. */
export interface TaskColumns {
  /** Slots in use are below this; those without a record are holes. */
  readonly end: number
  readonly rows: readonly (TaskRecord | undefined)[]
  /** Those with a record, by block (row-marks.ts). */
  readonly inUse: RowMarks
  readonly received: Float64Array
  readonly started: Float64Array
  readonly finished: Float64Array
  readonly timestamp: Float64Array
  /** Received, else sent, else the first thing known. */
  readonly firstSeen: Float64Array
  /** Seconds. */
  readonly runtime: Float64Array
  readonly wait: Float64Array
  readonly retries: Float64Array
  /** The first six characters of the id as a number that sorts alike. */
  readonly idKey: Float64Array
  readonly name: Int32Array
  readonly state: Int32Array
  readonly worker: Int32Array
  readonly queue: Int32Array
  /** 1 where the record has an exception. */
  readonly excepted: Uint8Array
  readonly names: TextIds
  readonly states: TextIds
  readonly workers: TextIds
  readonly queues: TextIds
  /** How often a row in a block of `BLOCK` slots was changed, or given to another task. */
  readonly blockChanges: Int32Array
  /** The number of the last change of each row, out of one count of all changes. */
  readonly changes: Float64Array
  /** The number of the last change of all. */
  readonly lastChange: number
}

export interface TaskTable {
  add(task: StoredTask): void
  remove(task: StoredTask): void
  /** The task was changed. */
  touch(task: StoredTask): void
  /** Up to date. */
  columns(): TaskColumns
}

/** Slots are `maxTasks` at most: memory that was never written to is not taken from the machine. */
export function createTaskTable(maxTasks: number): TaskTable {
  const rows: (StoredTask | undefined)[] = []
  const free: number[] = []
  const touched = new Uint8Array(maxTasks)
  let touchedSlots: number[] = []
  const numbers = () => new Float64Array(maxTasks)
  const ids = () => new Int32Array(maxTasks)
  const columns = {
    end: 0,
    rows,
    inUse: createMarks(Math.ceil(maxTasks / BLOCK)),
    received: numbers(),
    started: numbers(),
    finished: numbers(),
    timestamp: numbers(),
    firstSeen: numbers(),
    runtime: numbers(),
    wait: numbers(),
    retries: numbers(),
    idKey: numbers(),
    name: ids(),
    state: ids(),
    worker: ids(),
    queue: ids(),
    excepted: new Uint8Array(maxTasks),
    names: createTextIds(),
    states: createTextIds(),
    workers: createTextIds(),
    queues: createTextIds(),
    blockChanges: new Int32Array(Math.ceil(maxTasks / BLOCK)),
    changes: numbers(),
    lastChange: 0,
  }

  function place(task: StoredTask, slot: number): void {
    task.slot = slot
    rows[slot] = task
    columns.idKey[slot] = keyOfId(task.uuid)
    touch(task)
  }

  function touch({ slot }: StoredTask): void {
    if (touched[slot] === 1) return
    touched[slot] = 1
    touchedSlots.push(slot)
  }

  function refresh(slot: number): void {
    touched[slot] = 0
    const block = Math.floor(slot / BLOCK)
    columns.blockChanges[block] = (columns.blockChanges[block] ?? 0) + 1
    columns.changes[slot] = ++columns.lastChange
    const task = rows[slot]
    if (task === undefined) {
      unmark(columns.inUse, slot)
      return
    }
    mark(columns.inUse, slot)
    columns.received[slot] = task.received ?? Number.NaN
    columns.started[slot] = task.started ?? Number.NaN
    columns.finished[slot] = finishedSeconds(task) ?? Number.NaN
    columns.timestamp[slot] = task.timestamp
    columns.firstSeen[slot] = task.received ?? task.sent ?? task.timestamp
    columns.runtime[slot] = runSeconds(task) ?? Number.NaN
    columns.wait[slot] = waitSeconds(task) ?? Number.NaN
    columns.retries[slot] = task.retries ?? Number.NaN
    columns.excepted[slot] = task.exception === null ? 0 : 1
    setId(columns.name, columns.names, slot, task.name)
    setId(columns.state, columns.states, slot, task.state)
    setId(columns.worker, columns.workers, slot, task.worker)
    setId(columns.queue, columns.queues, slot, task.queue)
  }

  /** Ids of texts that no row has any more are given up when there are more of them than rows. */
  function renumberIfMany(): void {
    const most = 2 * rows.length + 1_000
    for (const [column, texts] of idColumns()) {
      if (texts.size <= most) continue
      texts.clear()
      column.fill(0)
      for (const task of rows) if (task !== undefined) touch(task)
    }
  }

  function idColumns(): readonly (readonly [Int32Array, TextIds])[] {
    const { name, names, state, states, worker, workers, queue, queues } = columns
    return [
      [name, names],
      [state, states],
      [worker, workers],
      [queue, queues],
    ]
  }

  return {
    add(task) {
      place(task, free.pop() ?? rows.length)
    },
    remove(task) {
      touch(task)
      rows[task.slot] = undefined
      free.push(task.slot)
      task.slot = -1
    },
    touch,
    columns() {
      renumberIfMany()
      for (const slot of touchedSlots) refresh(slot)
      touchedSlots = []
      columns.end = rows.length
      return columns
    },
  }
}

function setId(column: Int32Array, texts: TextIds, slot: number, text: string | null): void {
  // Most events change none of the four: the text is then the very same string.
  const known = column[slot] ?? 0
  if (texts.text(known) !== text) column[slot] = texts.idOf(text)
}

/** When it reached its end; null while it has not. */
function finishedSeconds(task: TaskRecord): number | null {
  if (!isReady(task.state)) return null
  switch (task.state) {
    case 'SUCCESS':
      return task.succeeded ?? task.timestamp
    case 'FAILURE':
      return task.failed ?? task.timestamp
    default:
      return task.revoked ?? task.timestamp
  }
}

function waitSeconds(task: TaskRecord): number | null {
  const since = task.sent ?? task.received
  return task.started === null || since === null ? null : Math.max(0, task.started - since)
}

export const ID_KEY_CHARACTERS = 6

/** Six characters of an id as a number that sorts alike. */
export function keyOfId(id: string, from = 0): number {
  let key = 0
  for (let i = from; i < from + ID_KEY_CHARACTERS; i++) {
    key = key * 256 + (i < id.length ? Math.min(id.charCodeAt(i), 255) : 0)
  }
  return key
}
