/**
 * The searches of task-search.ts and flower-test.ts, compiled for the columns of the task list: terms about names,
 * states, workers and queues become tables with an answer for each text that occurs, numbers are compared in their
 * column, words are looked for in the folded texts. All other terms ask the record.
 */
import type { TaskQuery } from '../live/task-query.ts'
import { type NumberTerm, stateOfWord, type TaskTerm, type TextTerm } from '../live/task-terms.ts'
import { STARTED } from '../protocol/states.ts'
import { type FlowerSearch, fold } from './flower-search.ts'
import { flowerTest } from './flower-test.ts'
import type { TaskColumns } from './task-columns.ts'
import { COMPARE, type TaskTest, termTest, wholeTest } from './task-search.ts'
import type { TextSearch } from './task-texts.ts'
import type { TextIds } from './text-ids.ts'
import type { TextTest } from './text-tests.ts'

export type SlotTest = (slot: number) => boolean

export function slotTestsPass(tests: readonly SlotTest[], slot: number): boolean {
  for (const test of tests) if (!test(slot)) return false
  return true
}

export interface SlotTestContext {
  readonly columns: TaskColumns
  readonly texts: TextSearch
  readonly nowMs: number
}

export function querySlotTests(query: TaskQuery, context: SlotTestContext): { state: SlotTest[]; rest: SlotTest[] } {
  if (query.problems.length > 0) return { state: [], rest: [() => false] }
  const isAboutState = (term: TaskTerm) => term.kind === 'text' && term.field === 'state'
  return {
    state: query.terms.filter(isAboutState).map((term) => slotTest(term, context)),
    rest: query.terms.filter((term) => !isAboutState(term)).map((term) => slotTest(term, context)),
  }
}

function slotTest(term: TaskTerm, context: SlotTestContext): SlotTest {
  const test = positiveTest(term, context)
  return term.negated ? (slot) => !test(slot) : test
}

function positiveTest(term: TaskTerm, context: SlotTestContext): SlotTest {
  const { columns, nowMs } = context
  const ask = onRecord(termTest({ ...term, negated: false }, nowMs), columns)
  switch (term.kind) {
    case 'word':
      return term.text.includes('*') ? ask : wordTest(term.text.toLowerCase(), context, true)
    case 'number':
      return numberTest(term, columns, nowMs)
    case 'path':
      return both(holdsOne(term.values, context), ask)
    case 'text':
      return textTest(term, context, ask)
  }
}

function textTest(term: TextTerm, context: SlotTestContext, ask: SlotTest): SlotTest {
  const { columns } = context
  const { excepted } = columns
  switch (term.field) {
    case 'error':
      return both((slot) => excepted[slot] === 1, ask)
    case 'result':
    case 'arg':
    case 'args':
    case 'kwargs':
      return both(holdsOne(term.values, context), ask)
    default: {
      const column = columnOf(term.field, columns)
      const isScheduled = term.field === 'state' && term.values.some((word) => stateOfWord(word) === 'SCHEDULED')
      return column === null || isScheduled
        ? ask
        : tableTest(column.ids, column.texts, wholeTest(term.field, term.values))
    }
  }
}

/** A cheap look before the exact one: is one of the texts anywhere in the arguments or the result? */
function holdsOne(values: readonly string[], { texts }: SlotTestContext): SlotTest {
  return texts.holds(values.map((value) => longestPart(value.toLowerCase())))
}

/** Of a text with `*`, and with characters that Python writes with a backslash, what must be there as it is. */
function longestPart(value: string): string {
  return value.split(/[*\\'"\n\t]/).reduce((longest, part) => (part.length > longest.length ? part : longest), '')
}

function both(first: SlotTest, second: SlotTest): SlotTest {
  return (slot) => first(slot) && second(slot)
}

/** The same as in task-search.ts, from the columns. */
function numberTest(term: NumberTerm, columns: TaskColumns, nowMs: number): SlotTest {
  const { field, value } = term
  const compare = COMPARE[term.comparison]
  const { retries, wait, runtime, started, firstSeen } = columns
  switch (field) {
    case 'retries':
      return (slot) => compare(retries[slot] || 0, value)
    case 'wait':
      return (slot) => compare((wait[slot] ?? Number.NaN) * 1_000, value)
    case 'age':
      return (slot) => compare(nowMs - (firstSeen[slot] ?? 0) * 1_000, value)
    case 'run': {
      const isRunning = tableTest(columns.state, columns.states, (state) => state === STARTED)
      return (slot) => {
        const seconds = runtime[slot] ?? Number.NaN
        if (!Number.isNaN(seconds)) return compare(seconds * 1_000, value)
        return isRunning(slot) && compare(Math.max(0, nowMs - (started[slot] ?? Number.NaN) * 1_000), value)
      }
    }
  }
}

interface IdColumn {
  readonly ids: Int32Array
  readonly texts: TextIds
}

function columnOf(field: string, columns: TaskColumns): IdColumn | null {
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

/** One answer for every text that occurs in the column. */
export function tableTest(ids: Int32Array, texts: TextIds, test: TextTest): SlotTest {
  const table = texts.table(test)
  return (slot) => table[ids[slot] ?? 0] === 1
}

function onRecord(test: TaskTest, { rows }: TaskColumns): SlotTest {
  return (slot) => {
    const task = rows[slot]
    return task !== undefined && test(task)
  }
}

/** A folded word in any of the texts. `withExceptions`: Flower does not look into exceptions, nor into queues. */
function wordTest(word: string, context: SlotTestContext, withExceptions: boolean): SlotTest {
  const { columns, texts } = context
  const find: TextTest = (text) => fold(text).indexOf(word) >= 0
  const inName = tableTest(columns.name, columns.names, find)
  const inState = tableTest(columns.state, columns.states, find)
  const inWorker = tableTest(columns.worker, columns.workers, find)
  const inQueue = withExceptions ? tableTest(columns.queue, columns.queues, find) : () => false
  const inTexts = texts.holds([word])
  const { rows, excepted } = columns
  return (slot) => {
    if (inName(slot) || inState(slot) || inWorker(slot) || inQueue(slot)) return true
    if (inTexts(slot)) return true
    if (!withExceptions || excepted[slot] !== 1) return false
    const exception = rows[slot]?.exception
    return typeof exception === 'string' && find(exception)
  }
}

export function flowerSlotTest(search: FlowerSearch, context: SlotTestContext): SlotTest {
  switch (search.kind) {
    case 'all':
      return () => true
    case 'and': {
      const tests = search.of.map((part) => flowerSlotTest(part, context))
      return (slot) => tests.every((test) => test(slot))
    }
    case 'or': {
      const tests = search.of.map((part) => flowerSlotTest(part, context))
      return (slot) => tests.some((test) => test(slot))
    }
    case 'term': {
      const folded = fold(search.value)
      const column = search.field === null ? null : columnOf(search.field, context.columns)
      if (column !== null) {
        return tableTest(
          column.ids,
          column.texts,
          search.field === 'state' ? (text) => fold(text) === folded : (text) => fold(text).includes(folded),
        )
      }
      // A sharp s folds into two letters, which the folded texts do not do.
      if (search.field === null && !folded.includes('ss')) return wordTest(folded, context, false)
      const ask = onRecord(flowerTest(search), context.columns)
      const pair = search.field === 'kwargs' ? folded.slice(folded.indexOf('=') + 1).trim() : null
      // None is the empty text for Flower.
      return pair === null || folded.includes('ss') ? ask : both(holdsOne([pair], context), ask)
    }
  }
}
