/**
 * Matches tasks against a search (lib/live/task-query.ts, flower-search.ts). It is compiled once into tests that are
 * cheap to ask very often: names, workers and states repeat, so their answers are remembered.
 */
import type { TaskTree } from '../live/search-tree.ts'
import { stateOfWord, type TaskQuery } from '../live/task-query.ts'
import type { Comparison, NumberField, PathTerm, TaskTerm, TextField, TimeTerm } from '../live/task-terms.ts'
import { parseIsoTime } from '../protocol/iso-time.ts'
import { RECEIVED } from '../protocol/states.ts'
import { flowerTermTest } from './flower-test.ts'
import { globTest } from './glob.ts'
import { reprAt } from './repr-parts.ts'
import { runSeconds } from './run-time.ts'
import type { TaskMatchInput, TaskTest } from './task-test.ts'
import { findText, remembered } from './text-tests.ts'

/** The whole query as one test. A query with problems matches nothing. `nowMs` is what ages are counted from. */
export function matcher(query: Pick<TaskQuery, 'tree' | 'problems'>, nowMs: number): TaskTest {
  return query.problems.length > 0 ? () => false : treeTest(query.tree, nowMs)
}

export function treeTest(tree: TaskTree, nowMs: number): TaskTest {
  switch (tree.kind) {
    case 'all':
      return () => true
    case 'term':
      return termTest(tree.term, nowMs)
    case 'not': {
      const test = treeTest(tree.of, nowMs)
      return (task) => !test(task)
    }
    case 'and': {
      const tests = tree.of.map((part) => treeTest(part, nowMs))
      return (task) => tests.every((test) => test(task))
    }
    case 'or': {
      const tests = tree.of.map((part) => treeTest(part, nowMs))
      return (task) => tests.some((test) => test(task))
    }
  }
}

/** One term of a query, its minus included. */
export function termTest(term: TaskTerm, nowMs: number): TaskTest {
  const test = positiveTest(term, nowMs)
  return term.negated ? (task) => !test(task) : test
}

function positiveTest(term: TaskTerm, nowMs: number): TaskTest {
  switch (term.kind) {
    case 'word':
      return wordTest(term.text)
    case 'number':
      return numberTest(term.field, term.comparison, term.value, nowMs)
    case 'path':
      return pathTest(term)
    case 'time': {
      const sinceMs = momentMs(term, nowMs)
      return (task) => firstSeen(task) * 1_000 >= sinceMs
    }
    case 'flower':
      return flowerTermTest(term.field, term.value)
    case 'text':
      return term.field === 'state' ? stateTest(term.values, nowMs) : textTest(term.field, term.values)
  }
}

/** The moment of `since:`, ms. */
export function momentMs({ at }: TimeTerm, nowMs: number): number {
  return 'ms' in at ? at.ms : nowMs - at.agoMs
}

function firstSeen({ received, sent, timestamp }: TaskMatchInput): number {
  return received ?? sent ?? timestamp
}

/** `scheduled` is a received task whose ETA is still to come; `received` is every received one. */
function stateTest(words: readonly string[], nowMs: number): TaskTest {
  const isOne = remembered(wholeTest('state', words))
  if (!words.some((word) => stateOfWord(word) === 'SCHEDULED')) return (task) => isOne(task.state)
  return (task) => isOne(task.state) || (task.state === RECEIVED && isAhead(task.eta, nowMs))
}

function isAhead(eta: string | null, nowMs: number): boolean {
  return eta !== null && (parseIsoTime(eta) ?? 0) > nowMs
}

function textTest(field: TextField, values: readonly string[]): TaskTest {
  switch (field) {
    case 'state':
      return some(remembered(wholeTest(field, values)), (task) => task.state)
    case 'name':
      return some(remembered(wholeTest(field, values)), (task) => task.name)
    case 'queue':
      return some(remembered(wholeTest(field, values)), (task) => task.queue)
    case 'worker':
      return some(remembered(wholeTest(field, values)), (task) => task.worker)
    case 'client':
      return some(remembered(wholeTest(field, values)), (task) => task.client)
    case 'id':
      return some(anyOf(values.map((value) => globTest(`${value}*`))), (task) => task.uuid)
    case 'root':
      return some(anyOf(values.map((value) => globTest(`${value}*`))), (task) => task.rootId)
    case 'parent':
      return some(anyOf(values.map((value) => globTest(`${value}*`))), (task) => task.parentId)
    case 'error':
      return some(anyOf(values.map(partTest)), (task) => task.exception)
    case 'result':
      return some(anyOf(values.map(partTest)), (task) => task.result)
    case 'args':
      return some(anyOf(values.map(partTest)), (task) => task.args)
    case 'kwargs':
      return some(anyOf(values.map(partTest)), (task) => task.kwargs)
    case 'arg': {
      const part = anyOf(values.map(partTest))
      return (task) => (task.args !== null && part(task.args)) || (task.kwargs !== null && part(task.kwargs))
    }
  }
}

/** The test of a field that is compared as a whole. */
export function wholeTest(field: string, values: readonly string[]): (text: string) => boolean {
  if (field === 'worker') return anyOf(values.map(workerTest))
  return anyOf(values.map((value) => globTest(field === 'state' ? stateOfWord(value) : value)))
}

/** `w3` is also `w3@host`: the page shows workers by what differs. */
function workerTest(value: string): (text: string) => boolean {
  const whole = globTest(value)
  if (value.includes('@')) return whole
  const short = globTest(`${value}@*`)
  return (text) => whole(text) || short(text)
}

function partTest(value: string): (text: string) => boolean {
  return value.includes('*') ? globTest(`*${value}*`) : findText(value)
}

function pathTest({ field, path, values }: PathTerm): TaskTest {
  const test = anyOf(values.map(globTest))
  return (task) => {
    const text = field === 'args' ? task.args : task.kwargs
    const found = text === null ? null : reprAt(text, path)
    return found !== null && test(found)
  }
}

/** In all texts of a task. An id is looked at only when the word could be part of one. */
function wordTest(word: string): TaskTest {
  const find = partTest(word)
  const findShared = remembered(find)
  const wordOfId = /^[\w*.:-]+$/.test(word) ? find : () => false
  return (task) =>
    (task.name !== null && findShared(task.name)) ||
    (task.args !== null && find(task.args)) ||
    (task.kwargs !== null && find(task.kwargs)) ||
    (task.result !== null && find(task.result)) ||
    (task.exception !== null && find(task.exception)) ||
    (task.worker !== null && findShared(task.worker)) ||
    (task.queue !== null && findShared(task.queue)) ||
    findShared(task.state) ||
    wordOfId(task.uuid)
}

function numberTest(field: NumberField, comparison: Comparison, value: number, nowMs: number): TaskTest {
  const compare = COMPARE[comparison]
  const read = numberReader(field, nowMs)
  return (task) => {
    const found = read(task)
    return found !== null && compare(found, value)
  }
}

export const COMPARE: Readonly<Record<Comparison, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
}

function numberReader(field: NumberField, nowMs: number): (task: TaskMatchInput) => number | null {
  switch (field) {
    case 'retries':
      return (task) => task.retries ?? 0
    case 'run':
      return (task) => runMs(task, nowMs)
    case 'wait':
      return waitMs
    case 'age':
      return (task) => nowMs - firstSeen(task) * 1_000
  }
}

/** How long it ran; for one that runs now: so far. */
export function runMs(task: TaskMatchInput, nowMs: number): number | null {
  const seconds = runSeconds(task)
  if (seconds !== null) return seconds * 1_000
  return task.state === 'STARTED' && task.started !== null ? Math.max(0, nowMs - task.started * 1_000) : null
}

/** From sent (else received) to started. */
export function waitMs(task: TaskMatchInput): number | null {
  const since = task.sent ?? task.received
  return task.started === null || since === null ? null : Math.max(0, (task.started - since) * 1_000)
}

function some(test: (text: string) => boolean, read: (task: TaskMatchInput) => string | null): TaskTest {
  return (task) => {
    const text = read(task)
    return text !== null && test(text)
  }
}

function anyOf(tests: readonly ((text: string) => boolean)[]): (text: string) => boolean {
  const [first, second] = tests
  if (first !== undefined && second === undefined) return first
  return (text) => tests.some((test) => test(text))
}
