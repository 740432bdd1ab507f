/**
 * A search asked of the columns of the task list, a block of rows after the other, in steps between which a turn of the
 * event loop can end: how long a search takes has a bound in neither its length nor that of the texts.
 */
import { UmbelError } from '../errors.ts'
import { type TaskTree, termsIn } from '../live/search-tree.ts'
import type { Clock } from '../runtime/clock.ts'
import type { KeepMarks } from './column-marks.ts'
import { addMarks, clearMarks, copyMarks, createMarks, hasMarks, type RowMarks, takeMarks } from './row-marks.ts'
import { termMarks, wordOf } from './term-marks.ts'
import { type SearchContext, type TermMarks, wordMarks } from './text-marks.ts'

/** `plain` is so short that no turn has to end within it. The other work is done in steps. */
type BlockTest = PlainTest | StepTest
interface PlainTest {
  readonly kind: 'plain'
  readonly cost: number
  readonly keep: KeepMarks
}
interface StepTest {
  readonly kind: 'steps'
  readonly cost: number
  keep(index: number, marks: RowMarks): Steps
}

/** Work in small steps. */
export type Steps = Generator<undefined, void>

export interface BlockSearch {
  /** Takes back the marks of those rows of a block that do not match. Null: that is done; else it is when these are. */
  keep(index: number, marks: RowMarks): Steps | null
}

/** So many terms may look into the longest texts of a block before others have their turn. */
const FEW_TERMS = 4

/** All of these have to hold. */
export function blockSearch(
  parts: readonly TaskTree[],
  plain: readonly KeepMarks[],
  context: SearchContext,
): BlockSearch {
  const isShort = parts.flatMap(termsIn).length <= FEW_TERMS
  const all = allOf([...plain.map((keep) => plainTest(0, keep)), ...partsOf(parts, true)])
  if (all.kind === 'steps') return all
  return {
    keep(index, marks) {
      all.keep(index, marks)
      return null
    },
  }

  function testOf(tree: TaskTree): BlockTest {
    switch (tree.kind) {
      case 'all':
        return allOf([])
      case 'term': {
        const test = testOfMarks(termMarks(tree.term, context))
        return tree.term.negated ? noneOf(test) : test
      }
      case 'not':
        return noneOf(testOf(tree.of))
      case 'and':
        return allOf(partsOf(tree.of, true))
      case 'or':
        return someOf(partsOf(tree.of, false))
    }
  }

  /** Words of which any will do, or of which none may be there (`negated`), are looked for at once. */
  function partsOf(trees: readonly TaskTree[], negated: boolean): readonly BlockTest[] {
    const words: Record<'word' | 'flower', string[]> = { word: [], flower: [] }
    const tests: BlockTest[] = []
    for (const tree of trees) {
      const found = tree.kind === 'term' && tree.term.negated === negated ? wordOf(tree.term) : null
      if (found === null) tests.push(testOf(tree))
      else words[found.kind].push(found.word)
    }
    for (const kind of ['word', 'flower'] as const) {
      if (words[kind].length === 0) continue
      const any = testOfMarks(wordMarks(words[kind], kind, context))
      tests.push(negated ? noneOf(any) : any)
    }
    return tests
  }

  function testOfMarks({ cost, keep }: TermMarks): BlockTest {
    return cost === 0 || isShort ? plainTest(cost, keep) : inStep(cost, keep)
  }
}

function plainTest(cost: number, keep: KeepMarks): PlainTest {
  return { kind: 'plain', cost, keep }
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
  const { plain, others, cost } = byCost(parts)
  const [first] = parts
  if (first !== undefined && parts.length === 1) return first
  const keepPlain: KeepMarks = (index, marks) => {
    for (const test of plain) {
      if (test.cost > 0 && !hasMarks(marks)) return
      test.keep(index, marks)
    }
  }
  if (others.length === 0) return plainTest(cost, keepPlain)
  return {
    kind: 'steps',
    cost,
    *keep(index, marks) {
      keepPlain(index, marks)
      for (const test of others) {
        if (!hasMarks(marks)) return
        yield* test.keep(index, marks)
      }
    },
  }
}

function someOf(parts: readonly BlockTest[]): BlockTest {
  const { plain, others, cost } = byCost(parts)
  const [first] = parts
  if (first !== undefined && parts.length === 1) return first
  const found = createMarks()
  const open = createMarks()
  /** What is left for the next to look at; false when nothing is. */
  const reopen = (marks: RowMarks): boolean => {
    copyMarks(open, marks)
    takeMarks(open, found)
    return hasMarks(open)
  }
  const findPlain: KeepMarks = (index, marks) => {
    clearMarks(found)
    for (const { keep } of plain) {
      if (!reopen(marks)) return
      keep(index, open)
      addMarks(found, open)
    }
  }
  if (others.length === 0) {
    return plainTest(cost, (index, marks) => {
      findPlain(index, marks)
      copyMarks(marks, found)
    })
  }
  return {
    kind: 'steps',
    cost,
    *keep(index, marks) {
      findPlain(index, marks)
      for (const test of others) {
        if (!reopen(marks)) break
        yield* test.keep(index, open)
        addMarks(found, open)
      }
      copyMarks(marks, found)
    },
  }
}

function noneOf(test: BlockTest): BlockTest {
  const found = createMarks()
  if (test.kind === 'plain') {
    return plainTest(test.cost, (index, marks) => {
      copyMarks(found, marks)
      test.keep(index, found)
      takeMarks(marks, found)
    })
  }
  return {
    kind: 'steps',
    cost: test.cost,
    *keep(index, marks) {
      copyMarks(found, marks)
      yield* test.keep(index, found)
      takeMarks(marks, found)
    },
  }
}

function byCost(parts: readonly BlockTest[]) {
  const tests = parts.toSorted((a, b) => a.cost - b.cost)
  return {
    plain: tests.filter((test) => test.kind === 'plain'),
    others: tests.filter((test) => test.kind === 'steps'),
    cost: tests.at(-1)?.cost ?? 0,
  }
}

/** All at once. */
export function runAtOnce(work: Steps): void {
  while (work.next().done !== true);
}

/** Turns of about this long: whoever waits for the event loop does not notice. */
const TURN_MS = 10

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
