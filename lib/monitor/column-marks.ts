/** Rows of the task list kept or not by what stands in its columns. */
import { BLOCK, createMarks, keepMarks, keepWhere, markByTable, type RowMarks } from './row-marks.ts'
import type { TaskColumns } from './task-columns.ts'
import type { TextIds } from './text-ids.ts'
import type { TextTest } from './text-tests.ts'

export type SlotTest = (slot: number) => boolean

/** Takes back the marks of those rows of a block that do not fulfil it. */
export type KeepMarks = (index: number, marks: RowMarks) => void

export function slotMarks(test: SlotTest): KeepMarks {
  return (index, marks) => {
    const from = index * BLOCK
    keepWhere(marks, (row) => test(from + row))
  }
}

/** One answer for every text that occurs in the column. Texts that came since are asked when they are met. */
export function tableMarks(ids: Int32Array, texts: TextIds, test: TextTest): KeepMarks {
  let table = texts.table(test)
  const held = createMarks()
  return (index, marks) => {
    if (texts.size > table.length) table = texts.table(test)
    markByTable(held, ids, table, index)
    keepMarks(marks, held)
  }
}

export interface IdColumn {
  readonly ids: Int32Array
  readonly texts: TextIds
}

export function columnOf(field: string, columns: TaskColumns): IdColumn | null {
  switch (field) {
    case 'state':
      return { ids: columns.state, texts: columns.states }
    case 'name':
      return { ids: columns.name, texts: columns.names }
    case 'worker':
      return { ids: columns.worker, texts: columns.workers }
    case 'queue':
      return { ids: columns.queue, texts: columns.queues }
    default:
      return null
  }
}

export function tableTest(ids: Int32Array, texts: TextIds, test: TextTest): SlotTest {
  let table = texts.table(test)
  return (slot) => {
    const id = ids[slot] ?? 0
    if (id >= table.length) table = texts.table(test)
    return table[id] === 1
  }
}
