/** Going through all tasks that match a search, for numbers about them (lib/live/survey-views.ts). */
import { splitByState } from '../live/search-tree.ts'
import type { TaskQuery } from '../live/task-query.ts'
import { blockSearch, type Steps } from './block-tests.ts'
import { type KeepMarks, slotMarks } from './column-marks.ts'
import type { TaskRecord } from './records.ts'
import { BLOCK, clearMarks, copyMarks, createMarks, isMarked, loadBlock } from './row-marks.ts'
import type { TaskColumns } from './task-columns.ts'
import { treeTest } from './task-search.ts'
import type { SearchContext } from './text-marks.ts'

export interface Survey {
  /** Null = all. */
  readonly filter: Pick<TaskQuery, 'tree' | 'problems'> | null
  /** First seen at or after this, ms. */
  readonly sinceMs?: number
  /** First seen before this. */
  readonly untilMs?: number
  /** Whether a task is lost: a state that it does not have by its events. Asked of those that have not ended. */
  isLost(task: TaskRecord): boolean
  /** One that matches, its state too; `state` is LOST for a lost one. */
  visit(slot: number, state: string, columns: TaskColumns): void
}

const LOST = 'LOST'
const ENDED: ReadonlySet<string> = new Set(['SUCCESS', 'FAILURE', 'REVOKED', 'REJECTED'])

/** In steps between which tasks may come, change or go. */
export function* surveySteps(survey: Survey, context: SearchContext): Steps {
  const { columns } = context
  const { isLost, visit } = survey
  const tests = testsOf(survey, context)
  const marks = createMarks()
  const full = createMarks()
  for (let index = 0; index * BLOCK < columns.end; index++) {
    yield
    loadBlock(columns.inUse, index, marks)
    const ofRest = tests.rest.keep(index, marks)
    if (ofRest !== null) yield* ofRest
    copyMarks(full, marks)
    const ofState = tests.state.keep(index, full)
    if (ofState !== null) yield* ofState
    for (let row = 0; row < BLOCK; row++) {
      const slot = index * BLOCK + row
      const task = columns.rows[slot]
      if (!isMarked(marks, row) || task === undefined) continue
      const state = columns.states.text(columns.state[slot] ?? 0) ?? task.state
      if (!ENDED.has(state) && isLost(task)) {
        if (tests.lostFits(task)) visit(slot, LOST, columns)
      } else if (isMarked(full, row)) visit(slot, state, columns)
    }
  }
}

function testsOf({ filter, sinceMs, untilMs }: Survey, context: SearchContext) {
  const { firstSeen } = context.columns
  const plain: KeepMarks[] = []
  if (sinceMs !== undefined) plain.push(slotMarks((slot) => (firstSeen[slot] ?? 0) * 1_000 >= sinceMs))
  if (untilMs !== undefined) plain.push(slotMarks((slot) => (firstSeen[slot] ?? 0) * 1_000 < untilMs))
  if (filter !== null && filter.problems.length > 0) plain.push((_, marks) => clearMarks(marks))
  const { state, rest } = splitByState(filter?.tree ?? { kind: 'all' })
  const ofState = state.map((part) => treeTest(part, context.nowMs))
  return {
    rest: blockSearch(rest, plain, context),
    state: blockSearch(state, [], context),
    /** The search asked of a lost task's state. */
    lostFits: (task: TaskRecord) => ofState.every((test) => test({ ...task, state: LOST })),
  }
}
