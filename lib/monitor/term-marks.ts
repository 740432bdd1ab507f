/**
 * The terms of a search (task-search.ts), compiled for the columns of the task list: those about names, states, workers
 * and queues become tables with an answer for each text that occurs, numbers are compared in their column, words are
 * looked for in the folded texts. All others ask the record.
 */
import { type NumberTerm, type PathTerm, stateOfWord, type TaskTerm, type TextTerm } from '../live/task-terms.ts'
import { RECEIVED, STARTED } from '../protocol/states.ts'
import { columnOf, type KeepMarks, type SlotTest, slotMarks, tableMarks, tableTest } from './column-marks.ts'
import { fold } from './flower-search.ts'
import { flowerTextTest, pairOf } from './flower-test.ts'
import { hasMarks } from './row-marks.ts'
import type { TaskColumns } from './task-columns.ts'
import { COMPARE, momentMs, termTest, wholeTest } from './task-search.ts'
import type { TextKind } from './task-texts.ts'
import {
  ASKS_RECORDS,
  askedMarks,
  askRecord,
  type Looks,
  longestPart,
  partMarks,
  recordMarks,
  type SearchContext,
  type TermMarks,
  wordMarks,
} from './text-marks.ts'

/** The term without its minus. */
export function termMarks(term: TaskTerm, context: SearchContext): TermMarks {
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

function textMarks(term: TextTerm, context: SearchContext): TermMarks {
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

function cheap(keep: KeepMarks): TermMarks {
  return { cost: 0, keep }
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

function oneOf({ values }: TextTerm): Looks {
  return values.map((value) => [longestPart(value)])
}

/** The keys on the way to a value, and the value; what may be an index is not written down. */
function pathWords({ path, values }: PathTerm): Looks {
  const keys = path.filter((step) => !/^\d+$/.test(step)).map(longestPart)
  return values.map((value) => [longestPart(value), ...keys])
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
