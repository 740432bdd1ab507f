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

/** `plain` looks at numbers only: so short that no turn has to end within it. The other work is done in steps. */
type BlockTest = PlainTest | StepTest
interface PlainTest {
  readonly kind: 'plain'
  readonly cost: 0
  readonly keep: KeepMarks
}
interface StepTest {
  readonly kind: 'steps'
  readonly cost: number
  keep(index: number, marks: Uint8Array): Steps
}

/** Work in small steps. */
export type Steps = Generator<undefined, void>

/** The steps of a search that needs none. */
export const NOTHING_LEFT: readonly undefined[] = []

export interface BlockSearch {
  /** Takes back the marks of those rows of a block that do not match. Null: that is done; else it is when these are. */
  keep(index: number, marks: Uint8Array): Steps | null
}

/** All of these have to hold. */
export function blockSearch(
  parts: readonly TaskTree[],
  plain: readonly KeepMarks[],
  context: SlotTestContext,
): BlockSearch {
  const all = allOf([...plain.map(plainTest), ...parts.map((part) => testOf(part, context))])
  if (all.kind === 'steps') return all
  return {
    keep(index, marks) {
      all.keep(index, marks)
      return null
    },
  }
}

function plainTest(keep: KeepMarks): PlainTest {
  return { kind: 'plain', cost: 0, keep }
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
  const test = cost === 0 ? plainTest(keep) : inStep(cost, keep)
  return term.negated ? noneOf(test) : test
}

function inStep(cost: number, keep: KeepMarks): StepTest {
  return {
    kind: 'steps',
    cost,
    *keep(index, marks) {
      yield
      keep(index, marks)
    },
  }
}

/** The cheap ones first: texts are searched only where something passed them. */
function allOf(parts: readonly BlockTest[]): BlockTest {
  const tests = parts.toSorted((a, b) => a.cost - b.cost)
  const plain = tests.filter(isPlain)
  const keepPlain: KeepMarks = (index, marks) => {
    for (const { keep } of plain) keep(index, marks)
  }
  const others = tests.filter(hasSteps)
  if (others.length === 0) return plainTest(keepPlain)
  return {
    kind: 'steps',
    cost: Math.max(...others.map(({ cost }) => cost)),
    *keep(index, marks) {
      keepPlain(index, marks)
      for (const test of others) {
        if (!marks.includes(1)) return
        yield* test.keep(index, marks)
      }
    },
  }
}

function someOf(parts: readonly BlockTest[]): BlockTest {
  const tests = parts.toSorted((a, b) => a.cost - b.cost)
  const plain = tests.filter(isPlain)
  const others = tests.filter(hasSteps)
  const found = new Uint8Array(BLOCK)
  const open = new Uint8Array(BLOCK)
  /** What is left for the next to look at; false when nothing is. */
  const reopen = (marks: Uint8Array): boolean => {
    let some = 0
    for (let row = 0; row < BLOCK; row++) {
      const left = (marks[row] ?? 0) & ~(found[row] ?? 0)
      open[row] = left
      some |= left
    }
    return some !== 0
  }
  const adopt = () => {
    for (let row = 0; row < BLOCK; row++) found[row] = (found[row] ?? 0) | (open[row] ?? 0)
  }
  const findPlain: KeepMarks = (index, marks) => {
    found.fill(0)
    for (const { keep } of plain) {
      if (!reopen(marks)) return
      keep(index, open)
      adopt()
    }
  }
  if (others.length === 0) {
    return plainTest((index, marks) => {
      findPlain(index, marks)
      marks.set(found)
    })
  }
  return {
    kind: 'steps',
    cost: Math.max(...others.map(({ cost }) => cost)),
    *keep(index, marks) {
      findPlain(index, marks)
      for (const test of others) {
        if (!reopen(marks)) break
        yield* test.keep(index, open)
        adopt()
      }
      marks.set(found)
    },
  }
}

function noneOf(test: BlockTest): BlockTest {
  const found = new Uint8Array(BLOCK)
  const takeBack = (marks: Uint8Array) => {
    for (let row = 0; row < BLOCK; row++) marks[row] = (marks[row] ?? 0) & ~(found[row] ?? 0)
  }
  if (test.kind === 'plain') {
    return plainTest((index, marks) => {
      found.set(marks)
      test.keep(index, found)
      takeBack(marks)
    })
  }
  return {
    kind: 'steps',
    cost: test.cost,
    *keep(index, marks) {
      found.set(marks)
      yield* test.keep(index, found)
      takeBack(marks)
    },
  }
}

function isPlain(test: BlockTest): test is PlainTest {
  return test.kind === 'plain'
}

function hasSteps(test: BlockTest): test is StepTest {
  return test.kind === 'steps'
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
