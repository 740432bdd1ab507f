/**
 * The terms of a search (task-search.ts), compiled for the columns of the task list: those about names, states, workers
 * and queues become tables with an answer for each text that occurs, numbers are compared in their column, words are
 * looked for in the folded texts. All others ask the record.
 */
import { type NumberTerm, type PathTerm, stateOfWord, type TaskTerm, type TextTerm } from '../live/task-terms.ts'
import { RECEIVED, STARTED } from '../protocol/states.ts'
import { wordTest } from './find-word.ts'
import { fold } from './flower-search.ts'
import { flowerTextTest, pairOf } from './flower-test.ts'
import { BLOCK, type TaskColumns } from './task-columns.ts'
import { COMPARE, momentMs, termTest, wholeTest } from './task-search.ts'
import type { TaskTest } from './task-test.ts'
import type { TextKind, TextSearch } from './task-texts.ts'
import type { TextIds } from './text-ids.ts'
import type { TextTest } from './text-tests.ts'

type SlotTest = (slot: number) => boolean

/** Takes back the marks (1) of those rows of a block that do not fulfil it. */
export type KeepMarks = (index: number, marks: Uint8Array) => void

export interface SlotTestContext {
  readonly columns: TaskColumns
  readonly texts: TextSearch
  readonly nowMs: number
}

/** `cost`: 0 for what looks at numbers only, more for what reads texts. */
export interface TermMarks {
  readonly cost: number
  readonly keep: KeepMarks
}

const READS_TEXTS = 1
const ASKS_RECORDS = 2

/** The term without its minus. */
export function termMarks(term: TaskTerm, context: SlotTestContext): TermMarks {
  const { columns, nowMs } = context
  switch (term.kind) {
    case 'number':
      return cheap(slotMarks(numberTest(term, columns, nowMs)))
    case 'time': {
      const sinceMs = momentMs(term, nowMs)
      const { firstSeen } = columns
      return cheap(slotMarks((slot) => (firstSeen[slot] ?? 0) * 1_000 >= sinceMs))
    }
    case 'word':
      return term.text.includes('*') ? askedMarks(term, context) : wordMarks(term.text, context, true)
    case 'path':
      return recordMarks(term, context, 'values', pathWords(term))
    case 'text':
      return textMarks(term, context)
    case 'flower': {
      if (term.field === null) return wordMarks(term.value, context, false)
      const column = columnOf(term.field, columns)
      if (column !== null) return cheap(tableMarks(column.ids, column.texts, flowerTextTest(term.field, term.value)))
      const pair = term.field === 'kwargs' && term.value.includes('=') ? pairOf(fold(term.value)) : null
      const words = pair === null ? [fold(term.value)] : [pair.key, pair.value].map(longestPart)
      return recordMarks(term, context, 'values', [words])
    }
  }
}

function textMarks(term: TextTerm, context: SlotTestContext): TermMarks {
  const { columns } = context
  switch (term.field) {
    case 'error':
      return recordMarks(term, context, 'exceptions', oneOf(term))
    case 'result':
    case 'arg':
    case 'args':
    case 'kwargs':
      return recordMarks(term, context, 'values', oneOf(term))
    case 'id':
      return recordMarks(term, context, 'ids', oneOf(term))
    case 'root':
    case 'parent':
      return recordMarks(term, context, 'links', oneOf(term))
    default: {
      const column = columnOf(term.field, columns)
      const isScheduled = term.field === 'state' && term.values.some((word) => stateOfWord(word) === 'SCHEDULED')
      if (column !== null && !isScheduled) {
        return cheap(tableMarks(column.ids, column.texts, wholeTest(term.field, term.values)))
      }
      // A client's name is as it is; whether an ETA is still to come is asked anew, of what was received only.
      if (!isScheduled) return askedMarks(term, context)
      const ask = slotMarks(askRecord(termTest({ ...term, negated: false }, context.nowMs), columns))
      const isOne = wholeTest('state', term.values)
      const mayBe = tableMarks(columns.state, columns.states, (state) => state === RECEIVED || isOne(state))
      return {
        cost: ASKS_RECORDS,
        keep(index, marks) {
          mayBe(index, marks)
          if (marks.includes(1)) ask(index, marks)
        },
      }
    }
  }
}

function oneOf({ values }: TextTerm): Looks {
  return values.map((value) => [longestPart(value)])
}

/** The keys on the way to a value, and the value; what may be an index is not written down. */
function pathWords({ path, values }: PathTerm): Looks {
  const keys = path.filter((step) => !/^\d+$/.test(step)).map(longestPart)
  return values.map((value) => [longestPart(value), ...keys])
}

/** Of a text with `*`, and with characters that Python writes with a backslash, what must be there as it is. */
function longestPart(value: string): string {
  return fold(value)
    .split(/[*\\'"\n\t]/)
    .reduce((longest, part) => (part.length > longest.length ? part : longest), '')
}

function cheap(keep: KeepMarks): TermMarks {
  return { cost: 0, keep }
}

export function slotMarks(test: SlotTest): KeepMarks {
  return (index, marks) => {
    const from = index * BLOCK
    for (let row = 0; row < BLOCK; row++) if (marks[row] === 1 && !test(from + row)) marks[row] = 0
  }
}

/** One answer for every text that occurs in the column. Texts that came since are asked when they are met. */
export function tableMarks(ids: Int32Array, texts: TextIds, test: TextTest): KeepMarks {
  let table = texts.table(test)
  return (index, marks) => {
    if (texts.size > table.length) table = texts.table(test)
    const from = index * BLOCK
    for (let row = 0; row < BLOCK; row++) if (table[ids[from + row] ?? 0] !== 1) marks[row] = 0
  }
}

/** What a text has to hold that an exact look may find something in: all words of one of these. */
type Looks = readonly (readonly string[])[]

/** Asks the record, after a cheap look into its texts. */
function recordMarks(
  term: TaskTerm,
  { columns, texts, nowMs }: SlotTestContext,
  kind: TextKind,
  looks: Looks,
): TermMarks {
  const ask = askRecord(termTest({ ...term, negated: false }, nowMs), columns)
  const alternatives = looks.map((words) =>
    words.filter((word) => word !== '').map((word) => texts.rowsWith(kind, word)),
  )
  const held = new Uint8Array(BLOCK)
  let wanted: Uint8Array | null = null
  const answers = texts.answers(keyOf(term), (index, rows) => {
    for (const words of alternatives) {
      held.fill(1)
      for (const word of words) keepMarks(held, word(index))
      addMarks(rows, held)
    }
    // What is remembered must not depend on the rest of this search.
    if (wanted !== null) keepMarks(rows, wanted)
    const from = index * BLOCK
    for (let row = 0; row < BLOCK; row++) if (rows[row] === 1 && !ask(from + row)) rows[row] = 0
  })
  return {
    cost: ASKS_RECORDS,
    keep(index, marks) {
      wanted = texts.remembers ? null : marks
      keepMarks(marks, answers(index))
    },
  }
}

/** Asks each record once: for a word with `*` in any of the texts, and for texts without a column. */
function askedMarks(term: TaskTerm, { columns, texts, nowMs }: SlotTestContext): TermMarks {
  const ask = askRecord(termTest({ ...term, negated: false }, nowMs), columns)
  const answers = texts.answers(keyOf(term), (index, rows) => {
    const from = index * BLOCK
    for (let row = 0; row < BLOCK; row++) rows[row] = ask(from + row) ? 1 : 0
  })
  return { cost: ASKS_RECORDS, keep: (index, marks) => keepMarks(marks, answers(index)) }
}

function keyOf(term: TaskTerm): string {
  return JSON.stringify({ ...term, start: 0, end: 0, negated: false })
}

function addMarks(marks: Uint8Array, more: Uint8Array): void {
  for (let row = 0; row < BLOCK; row++) if (more[row] === 1) marks[row] = 1
}

function keepMarks(marks: Uint8Array, others: Uint8Array): void {
  for (let row = 0; row < BLOCK; row++) if (others[row] !== 1) marks[row] = 0
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

function tableTest(ids: Int32Array, texts: TextIds, test: TextTest): SlotTest {
  let table = texts.table(test)
  return (slot) => {
    const id = ids[slot] ?? 0
    if (id >= table.length) table = texts.table(test)
    return table[id] === 1
  }
}

function askRecord(test: TaskTest, { rows }: TaskColumns): SlotTest {
  return (slot) => {
    const task = rows[slot]
    return task !== undefined && test(task)
  }
}

/** Only such words are looked for in ids by the page. */
const WORD_OF_ID = /^[\w.:-]+$/

/** A word in any of the texts. `isPage`: Flower does not look into exceptions, nor into queues. */
function wordMarks(text: string, { columns, texts }: SlotTestContext, isPage: boolean): TermMarks {
  const word = fold(text)
  const isIn = wordTest(word)
  const find: TextTest = (one) => isIn(fold(one))
  const tables = [
    tableTest(columns.name, columns.names, find),
    tableTest(columns.state, columns.states, find),
    tableTest(columns.worker, columns.workers, find),
    ...(isPage ? [tableTest(columns.queue, columns.queues, find)] : []),
  ]
  const kinds: TextKind[] = ['values']
  if (!isPage || WORD_OF_ID.test(text)) kinds.push('ids')
  if (isPage) kinds.push('exceptions')
  const inTexts = kinds.map((kind) => texts.rowsWith(kind, word))
  const answers = texts.answers(`${isPage ? 'page' : 'flower'} ${text}`, (index, rows) => {
    for (const inText of inTexts) addMarks(rows, inText(index))
    const from = index * BLOCK
    for (let row = 0; row < BLOCK; row++) {
      if (rows[row] === 0 && tables.some((holds) => holds(from + row))) rows[row] = 1
    }
  })
  return { cost: READS_TEXTS, keep: (index, marks) => keepMarks(marks, answers(index)) }
}
