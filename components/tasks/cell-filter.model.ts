/** `f` and `Shift f` (ux.md 4.4): the search that keeps, or leaves out, what stands in a cell of the task list. Pure. */
import { narrowed, parseTaskQuery, STATE_WORDS, type TaskField, withTerm } from '../../lib/live/task-query.ts'
import type { TaskRowView } from '../../lib/live/views.ts'
import { shownState } from './task-row.model.ts'

/** The columns whose cells can be filtered by, in the order of the table. */
export const CELL_COLUMNS = ['state', 'task', 'queue', 'worker'] as const
export type CellColumn = (typeof CELL_COLUMNS)[number]

export interface CellTerm {
  readonly field: TaskField
  readonly value: string
}

export function isCellColumn(column: string | undefined): column is CellColumn {
  return CELL_COLUMNS.some((known) => known === column)
}

/** What to search for to find tasks like this one in that column; null where the cell is empty. */
export function cellTerm(task: TaskRowView, column: CellColumn): CellTerm | null {
  if (column === 'state') return { field: 'state', value: wordOfState(shownState(task)) }
  const value = column === 'task' ? task.name : task[column]
  return value === null || value === '' ? null : { field: column === 'task' ? 'name' : column, value }
}

export function keepOnly(q: string, { field, value }: CellTerm): string {
  return withTerm(q, field, value)
}

export function leaveOut(q: string, { field, value }: CellTerm): string {
  const term = `-${withTerm('', field, value)}`
  const text = narrowed(q, term)
  // Once is enough.
  const same = parseTaskQuery(q).terms.some(({ start, end }) => q.slice(start, end) === term)
  return same ? q : text
}

function wordOfState(state: string): string {
  const words = Object.keys(STATE_WORDS).filter((word) => STATE_WORDS[word] === state)
  return words[0] ?? state.toLowerCase()
}
