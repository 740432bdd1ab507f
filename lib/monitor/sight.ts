/**
 * Who sees tasks without what they work on (`--hide-arguments`): arguments, results, the bodies of messages. It is taken
 * out of what is shown, whoever makes the view, and may not be searched either, since what is found would tell it.
 */
import type { Json } from '../live/changes.ts'
import { HIDDEN } from '../live/hidden.ts'
import type { TaskTree } from '../live/search-tree.ts'
import { termsIn } from '../live/search-tree.ts'
import { parseTaskQuery, type TaskQuery } from '../live/task-query.ts'
import type { TaskTerm, TextField } from '../live/task-terms.ts'
import type { Sight } from './contracts.ts'
import type { ShownTask } from './format-task.ts'
import type { TaskRecord } from './records.ts'

/** Of tasks, schedules, workers' answers and messages: they are called the same everywhere. */
const FIELDS: ReadonlySet<string> = new Set(['args', 'kwargs', 'result', 'raw'])
export const NOT_SEARCHED = 'Arguments and results are hidden from you, so they cannot be searched.'

const masked = new WeakMap<object, Json>()

/** A part of a view that did not change is the same object again, as it was before. */
export function withoutArguments<T>(view: T): T {
  return maskedPart(view as Json) as T // views are plain JSON (lib/live/views.ts), and keep their shape
}

function maskedPart(part: Json): Json {
  if (typeof part !== 'object' || part === null) return part
  const known = masked.get(part)
  if (known !== undefined) return known
  const made = isList(part)
    ? part.map(maskedPart)
    : Object.fromEntries(
        Object.entries(part).map(([key, value]) => [key, FIELDS.has(key) ? hidden(value) : maskedPart(value)]),
      )
  masked.set(part, made)
  return made
}

/** Of the same kind as what it stands for. A value with its source keeps the source. */
function hidden(value: Json): Json {
  if (typeof value === 'string') return HIDDEN
  if (typeof value !== 'object' || value === null) return value
  if (isList(value)) return []
  return 'text' in value ? { ...value, text: hidden(value['text'] ?? null) } : {}
}

/** The record of a task, for who makes something else of it than a view. */
export function hideArguments(shown: ShownTask): ShownTask {
  const hide = (text: string | null) => (text === null ? null : HIDDEN)
  return (task: TaskRecord) => {
    const seen = shown(task)
    return { ...seen, args: hide(seen.args), kwargs: hide(seen.kwargs), result: hide(seen.result) }
  }
}

/** A search as whoever has this sight may make it. */
export function readQuery(text: string, sight: Sight | undefined): TaskQuery {
  const query = parseTaskQuery(text)
  if (sight !== 'no-arguments') return query
  const tree = blindTree(query.tree)
  if (tree === null) return { ...query, problems: [...query.problems, NOT_SEARCHED] }
  return { ...query, tree, terms: termsIn(tree) }
}

/** A word that is looked for anywhere is looked for in what is shown. Null: it asks for what is hidden. */
export function blindTree(tree: TaskTree): TaskTree | null {
  switch (tree.kind) {
    case 'all':
      return tree
    case 'term':
      return blindTerm(tree.term)
    case 'not': {
      const of = blindTree(tree.of)
      return of === null ? null : { kind: 'not', of }
    }
    case 'and':
    case 'or': {
      const parts = tree.of.map(blindTree)
      const of = parts.filter((part) => part !== null)
      return of.length === parts.length ? { kind: tree.kind, of } : null
    }
  }
}

const HIDDEN_FIELDS: ReadonlySet<string | null> = new Set(['args', 'kwargs', 'arg', 'result'])
const FIELDS_OF_A_WORD: readonly TextField[] = ['name', 'state', 'worker', 'queue', 'error', 'id']

function blindTerm(term: TaskTerm): TaskTree | null {
  if (term.kind === 'path') return null
  const isAnywhere = term.kind === 'word' || (term.kind === 'flower' && term.field === null)
  if (!isAnywhere) return 'field' in term && HIDDEN_FIELDS.has(term.field) ? null : { kind: 'term', term }
  const { start, end, negated } = term
  const values = [`*${term.kind === 'word' ? term.text : term.value}*`]
  const any: TaskTree = {
    kind: 'or',
    of: FIELDS_OF_A_WORD.map((field) => ({
      kind: 'term',
      term: { kind: 'text', field, values, start, end, negated: false },
    })),
  }
  return negated ? { kind: 'not', of: any } : any
}

function isList(part: Json): part is readonly Json[] {
  return Array.isArray(part)
}
