/**
 * A search asked of the columns of the task list, a block of rows after the other, in steps between which a turn of the
 * event loop can end: how long a search takes has a bound in neither its length nor that of the texts.
 */
import { UmbelError } from '../errors.ts'
import type { TaskTree } from '../live/search-tree.ts'
import type { TaskTerm } from '../live/task-terms.ts'
import type { Clock } from '../runtime/clock.ts'
import { type KeepMarks, type SlotTestContext, termMarks } from './slot-tests.ts'
import { BLOCK, type TaskColumns } from './task-columns.ts'

type BlockTest =
  | { readonly kind: 'term'; readonly cost: number; readonly keep: KeepMarks }
  | { readonly kind: 'tree'; readonly cost: number; keep(index: number, marks: Uint8Array): Steps }

/** Work in small steps. */
export type Steps = Generator<undefined, void>

export interface BlockSearch {
  /** Takes back the marks of those rows of a block that do not match. */
  keep(index: number, marks: Uint8Array): Steps
}

/** All of these have to hold. */
export function blockSearch(
  parts: readonly TaskTree[],
  plain: readonly KeepMarks[],
  context: SlotTestContext,
): BlockSearch {
  const tests = [
    ...plain.map((keep) => ({ kind: 'term', cost: 0, keep }) as const),
    ...parts.map((part) => testOf(part, context)),
  ]
  const all = allOf(tests)
  return { keep: (index, marks) => steps(all, index, marks) }
}

function testOf(tree: TaskTree, context: SlotTestContext): BlockTest {
  switch (tree.kind) {
    case 'all':
      return allOf([])
    case 'term':
      return termTest(tree.term, context)
    case 'not':
      return noneOf(testOf(tree.of, context))
    case 'and':
      return allOf(tree.of.map((part) => testOf(part, context)))
    case 'or':
      return someOf(tree.of.map((part) => testOf(part, context)))
  }
}

function termTest(term: TaskTerm, context: SlotTestContext): BlockTest {
  const { cost, keep } = termMarks(term, context)
  const test = { kind: 'term', cost, keep } as const
  return term.negated ? noneOf(test) : test
}

function* steps(test: BlockTest, index: number, marks: Uint8Array): Steps {
  if (test.kind === 'tree') yield* test.keep(index, marks)
  else {
    yield
    test.keep(index, marks)
  }
}

/** The cheap ones first: texts are searched only where something passed them. */
function allOf(parts: readonly BlockTest[]): BlockTest {
  const tests = parts.toSorted((a, b) => a.cost - b.cost)
  return {
    kind: 'tree',
    cost: Math.max(0, ...tests.map(({ cost }) => cost)),
    *keep(index, marks) {
      for (const test of tests) {
        if (!marks.includes(1)) return
        yield* steps(test, index, marks)
      }
    },
  }
}

function someOf(parts: readonly BlockTest[]): BlockTest {
  const tests = parts.toSorted((a, b) => a.cost - b.cost)
  const found = new Uint8Array(BLOCK)
  const open = new Uint8Array(BLOCK)
  return {
    kind: 'tree',
    cost: Math.max(0, ...tests.map(({ cost }) => cost)),
    *keep(index, marks) {
      found.fill(0)
      for (const test of tests) {
        for (let row = 0; row < BLOCK; row++) open[row] = (marks[row] ?? 0) & ~(found[row] ?? 0)
        if (!open.includes(1)) break
        yield* steps(test, index, open)
        for (let row = 0; row < BLOCK; row++) found[row] = (found[row] ?? 0) | (open[row] ?? 0)
      }
      for (let row = 0; row < BLOCK; row++) marks[row] = found[row] ?? 0
    },
  }
}

function noneOf(test: BlockTest): BlockTest {
  const found = new Uint8Array(BLOCK)
  return {
    kind: 'tree',
    cost: test.cost,
    *keep(index, marks) {
      found.set(marks)
      yield* steps(test, index, found)
      for (let row = 0; row < BLOCK; row++) marks[row] = (marks[row] ?? 0) & ~(found[row] ?? 0)
    },
  }
}

/** Marks the rows of a block that are in use. Those beyond the end are not. */
export function markRowsInUse({ rows, end }: TaskColumns, index: number, marks: Uint8Array): void {
  const from = index * BLOCK
  for (let row = 0; row < BLOCK; row++) marks[row] = from + row < end && rows[from + row] !== undefined ? 1 : 0
}

/** All at once. */
export function runAtOnce(work: Steps): void {
  while (work.next().done !== true);
}

/** Turns of about this long: whoever waits for the event loop does not notice. */
const TURN_MS = 5

/** A search that reads gigabytes for its many words ends here; others have had their turns meanwhile. */
const MOST_SECONDS = 20

/**
 * In turns with pauses between them; `resume` is called after each. Rejects with the signal's reason when it says stop,
 * and with `request/search-too-long` when its turns add up to too much.
 */
export async function runInTurns(work: Steps, clock: Clock, resume: () => void, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted()
  let startMs = clock.monotonicMs()
  let workedMs = 0
  while (work.next().done !== true) {
    const turnMs = clock.monotonicMs() - startMs
    if (turnMs < TURN_MS) continue
    workedMs += turnMs
    if (workedMs > MOST_SECONDS * 1_000) throw new UmbelError('request/search-too-long', { seconds: MOST_SECONDS })
    await clock.sleep(1)
    signal?.throwIfAborted()
    resume()
    startMs = clock.monotonicMs()
  }
}
