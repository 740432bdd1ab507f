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
import {
  addMarks,
  BLOCK,
  clearMarks,
  copyMarks,
  createMarks,
  hasMarks,
  keepMarks,
  keepWhere,
  markAll,
  markByTable,
  type RowMarks,
} from './row-marks.ts'
import type { TaskColumns } from './task-columns.ts'
import { COMPARE, momentMs, termTest, wholeTest } from './task-search.ts'
import type { TaskTest } from './task-test.ts'
import type { RowAnswers, TextKind, TextSearch } from './task-texts.ts'
import type { TextIds } from './text-ids.ts'
import type { TextTest } from './text-tests.ts'

type SlotTest = (slot: number) => boolean

/** Takes back the marks of those rows of a block that do not fulfil it. */
export type KeepMarks = (index: number, marks: RowMarks) => void

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
      return term.text.includes('*') ? askedMarks(term, context) : wordMarks([term.text], 'word', context)
    case 'path':
      return recordMarks(term, context, [term.field], pathWords(term))
    case 'text':
      return textMarks(term, context)
    case 'flower': {
      if (term.field === null) return wordMarks([term.value], 'flower', context)
      const column = columnOf(term.field, columns)
      if (column !== null) return cheap(tableMarks(column.ids, column.texts, flowerTextTest(term.field, term.value)))
      const kinds = kindsOf(term.field)
      if (term.field !== 'kwargs' || !term.value.includes('=')) return partMarks(kinds, [term.value], context)
      const { key, value } = pairOf(fold(term.value))
      return recordMarks(term, context, kinds, [[key, value].map(longestPart)])
    }
  }
}

/** The words of terms that can be looked for together: any of them in all texts. Null when it is another term. */
export function wordOf(term: TaskTerm): { readonly kind: 'word' | 'flower'; readonly word: string } | null {
  if (term.kind === 'word') return term.text.includes('*') ? null : { kind: term.kind, word: term.text }
  return term.kind === 'flower' && term.field === null ? { kind: term.kind, word: term.value } : null
}

function textMarks(term: TextTerm, context: SlotTestContext): TermMarks {
  const { columns } = context
  switch (term.field) {
    case 'error':
    case 'result':
    case 'arg':
    case 'args':
    case 'kwargs': {
      const kinds = kindsOf(term.field)
      const isExact = term.values.some((value) => value === '' || value.includes('*'))
      return isExact ? recordMarks(term, context, kinds, oneOf(term)) : partMarks(kinds, term.values, context)
    }
    case 'id':
      return recordMarks(term, context, ['ids'], oneOf(term))
    case 'root':
    case 'parent':
      return recordMarks(term, context, ['links'], oneOf(term))
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
          if (hasMarks(marks)) ask(index, marks)
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

/** Where the texts of a field are. */
function kindsOf(field: string): readonly TextKind[] {
  switch (field) {
    case 'error':
      return ['exceptions']
    case 'result':
      return ['results']
    case 'arg':
      return ['args', 'kwargs']
    default:
      return [field === 'args' ? 'args' : 'kwargs']
  }
}

/** Any of the words anywhere in the text of any of the kinds. */
function partMarks(kinds: readonly TextKind[], words: readonly string[], { texts }: SlotTestContext): TermMarks {
  const folded = words.map(fold)
  const looks = kinds.map((kind) => texts.rowsWith(kind, folded))
  return rememberedMarks(READS_TEXTS, texts, `${kinds} ${JSON.stringify(words)}`, rowsOfAny(looks))
}

/** What a text has to hold that an exact look may find something in: all words of one of these. */
type Looks = readonly (readonly string[])[]

/** Asks the record, after a cheap look into its texts. */
function recordMarks(
  term: TaskTerm,
  { columns, texts, nowMs }: SlotTestContext,
  kinds: readonly TextKind[],
  looks: Looks,
): TermMarks {
  const ask = askRecord(termTest({ ...term, negated: false }, nowMs), columns)
  const held = (word: string) => rowsOfAny(kinds.map((kind) => texts.rowsWith(kind, [word])))
  const mayHold = rowsOfAny(looks.map((words) => rowsOfAll(words.filter((word) => word !== '').map(held))))
  const rows = createMarks()
  let wanted: RowMarks | null = null
  const marks = rememberedMarks(ASKS_RECORDS, texts, keyOf(term), (index) => {
    const candidates = mayHold(index)
    if (candidates === null) return null
    copyMarks(rows, candidates)
    // What is remembered must not depend on the rest of this search.
    if (wanted !== null) keepMarks(rows, wanted)
    const from = index * BLOCK
    keepWhere(rows, (row) => ask(from + row))
    return rows
  })
  return {
    cost: marks.cost,
    keep(index, marked) {
      wanted = texts.remembers ? null : marked
      marks.keep(index, marked)
    },
  }
}

/** Asks each record once: for a word with `*` in any of the texts, and for texts without a column. */
function askedMarks(term: TaskTerm, { columns, texts, nowMs }: SlotTestContext): TermMarks {
  const ask = askRecord(termTest({ ...term, negated: false }, nowMs), columns)
  const rows = createMarks()
  return rememberedMarks(ASKS_RECORDS, texts, keyOf(term), (index) => {
    const from = index * BLOCK
    markAll(rows)
    keepWhere(rows, (row) => ask(from + row))
    return rows
  })
}

function rememberedMarks(cost: number, texts: TextSearch, key: string, ask: RowAnswers): TermMarks {
  const answers = texts.answers(key, ask)
  return {
    cost,
    keep(index, marks) {
      const rows = answers(index)
      if (rows === null) clearMarks(marks)
      else keepMarks(marks, rows)
    },
  }
}

function rowsOfAny(parts: readonly RowAnswers[]): RowAnswers {
  const [only] = parts
  if (only !== undefined && parts.length === 1) return only
  const found = createMarks()
  return (index) => {
    let isFound = false
    for (const part of parts) {
      const rows = part(index)
      if (rows === null) continue
      if (isFound) addMarks(found, rows)
      else copyMarks(found, rows)
      isFound = true
    }
    return isFound ? found : null
  }
}

function rowsOfAll(parts: readonly RowAnswers[]): RowAnswers {
  const [only] = parts
  if (only !== undefined && parts.length === 1) return only
  const held = createMarks()
  return (index) => {
    markAll(held)
    for (const part of parts) {
      const rows = part(index)
      if (rows === null) return null
      keepMarks(held, rows)
    }
    return held
  }
}

function keyOf(term: TaskTerm): string {
  return JSON.stringify({ ...term, start: 0, end: 0, negated: false })
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

/** Any of the words in any of the texts. Flower does not look into exceptions, nor into queues. */
export function wordMarks(
  words: readonly string[],
  kind: 'word' | 'flower',
  { columns, texts }: SlotTestContext,
): TermMarks {
  const isPage = kind === 'word'
  const folded = words.map(fold)
  const tests = folded.map(wordTest)
  const holds: TextTest = (text) => tests.some((isIn) => isIn(fold(text)))
  const fields = ['name', 'state', 'worker', ...(isPage ? ['queue'] : [])]
  const inIds = isPage ? words.filter((word) => WORD_OF_ID.test(word)).map(fold) : folded
  const looks = [
    ...fields.flatMap((field) => columnOf(field, columns) ?? []).map((column) => rowsInTable(column, holds)),
    texts.rowsWith('args', folded),
    texts.rowsWith('kwargs', folded),
    texts.rowsWith('results', folded),
    ...(isPage ? [texts.rowsWith('exceptions', folded)] : []),
    texts.rowsWith('ids', inIds),
  ]
  return rememberedMarks(READS_TEXTS, texts, `${kind} ${JSON.stringify(words)}`, rowsOfAny(looks))
}

/** Rows whose text in the column is such a one. */
function rowsInTable({ ids, texts }: IdColumn, test: TextTest): RowAnswers {
  const found = createMarks()
  let table = texts.table(test)
  let isAny = table.includes(1)
  return (index) => {
    if (texts.size > table.length) {
      table = texts.table(test)
      isAny = table.includes(1)
    }
    if (!isAny) return null
    markByTable(found, ids, table, index)
    return found
  }
}
