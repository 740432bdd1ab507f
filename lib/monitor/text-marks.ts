/** Rows of the task list kept or not by what their texts hold, and by what the records say where texts do not suffice. */
import type { TaskTerm } from '../live/task-terms.ts'
import { columnOf, type IdColumn, type KeepMarks, type SlotTest } from './column-marks.ts'
import { wordTest } from './find-word.ts'
import { fold } from './flower-search.ts'
import {
  addMarks,
  BLOCK,
  clearMarks,
  copyMarks,
  createMarks,
  keepMarks,
  keepWhere,
  markAll,
  markByTable,
  type RowMarks,
} from './row-marks.ts'
import type { TaskColumns } from './task-columns.ts'
import { termTest } from './task-search.ts'
import type { TaskTest } from './task-test.ts'
import type { RowAnswers, TextKind, TextSearch } from './task-texts.ts'
import type { TextTest } from './text-tests.ts'

export interface SearchContext {
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
export const ASKS_RECORDS = 2

/** Any of the words anywhere in the text of any of the kinds. */
export function partMarks(kinds: readonly TextKind[], words: readonly string[], { texts }: SearchContext): TermMarks {
  const folded = words.map(fold)
  const looks = kinds.map((kind) => texts.rowsWith(kind, folded))
  return rememberedMarks(READS_TEXTS, texts, `${kinds} ${JSON.stringify(words)}`, rowsOfAny(looks))
}

/** What a text has to hold that an exact look may find something in: all words of one of these. */
export type Looks = readonly (readonly string[])[]

/** Asks the record, after a cheap look into its texts. */
export function recordMarks(
  term: TaskTerm,
  { columns, texts, nowMs }: SearchContext,
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
export function askedMarks(term: TaskTerm, { columns, texts, nowMs }: SearchContext): TermMarks {
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

/** Of a text with `*`, and with characters that Python writes with a backslash, what must be there as it is. */
export function longestPart(value: string): string {
  return fold(value)
    .split(/[*\\'"\n\t]/)
    .reduce((longest, part) => (part.length > longest.length ? part : longest), '')
}

export function askRecord(test: TaskTest, { rows }: TaskColumns): SlotTest {
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
  { columns, texts }: SearchContext,
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
