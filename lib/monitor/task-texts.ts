/**
 * Ids, arguments, results and exceptions of tasks in the form in which they are searched: folded, some hundred rows
 * in one string, so that a word is looked for in a few hundred long strings instead of in a hundred thousand short ones.
 * Which rows hold a word is remembered too, and looked up anew only where rows changed. All of it is made when
 * somebody looks at tasks and kept ready while somebody goes on: an event costs nothing, and no memory when nobody looks.
 */
import type { Steps } from './block-tests.ts'
import { type WordFinder, wordFinders } from './find-word.ts'
import { fold } from './flower-search.ts'
import type { TaskRecord } from './records.ts'
import { BLOCK, clearMarks, createMarks, loadBlock, mark, markAll, type RowMarks, storeBlock } from './row-marks.ts'
import type { TaskColumns } from './task-columns.ts'

/** `links`: ids of the root and the parent. */
export type TextKind = 'ids' | 'links' | 'args' | 'kwargs' | 'results' | 'exceptions'

/** The rows of a block for which the answer is yes; null where it is no for all. Valid until the next call. */
export type RowAnswers = (index: number) => RowMarks | null

/** One search. */
export interface TextSearch {
  /** Whether answers are kept for the next search. */
  readonly remembers: boolean
  /** Is any of the folded words in the text? */
  rowsWith(kind: TextKind, words: readonly string[]): RowAnswers
  /** The answers of `ask`, remembered where nothing changed since: `key` tells what is asked. */
  answers(key: string, ask: RowAnswers): RowAnswers
}

export interface TaskTexts {
  /** `questions`: how many different ones this search has. Those of a long search are not remembered. */
  open(columns: TaskColumns, questions: number): TextSearch
  /** Makes what a search for a word would have to make first, as far as it can be kept. */
  prepare(columns: TaskColumns): Steps
  forget(): void
}

/** The folded texts of `BLOCK` slots. */
interface TextBlock {
  readonly text: string
  /** Where in `text` each row begins, and where one more would. */
  readonly starts: Int32Array
  /** As of which change. */
  readonly version: number
  /** Nothing but what is in ids that are UUIDs: most words cannot be in them. */
  readonly isHex: boolean
}

interface Known {
  readonly rows: RowMarks
  /** By block, 1 where any of its rows is. */
  readonly found: Uint8Array
  /** By block, as of which change; 0, as while it has no rows, for never. */
  readonly versions: Int32Array
}

/** Most characters of all that are kept. What does not fit is made anew for each search. */
const MOST_KEPT = 50_000_000
/** Most questions whose answers are kept; one takes a bit of each task. */
const MOST_KNOWN = 96
/** Most of one search. */
const MOST_OF_ONE = 64
/** Parts are kept apart by a character that nobody types. */
const BETWEEN = '\u0000'
// biome-ignore lint/suspicious/noControlCharactersInRegex: BETWEEN
const HEX = /^[0-9a-f\u0000-]*$/

export function createTaskTexts(): TaskTexts {
  let blocks = noBlocks()
  /** Most recently used last. */
  let known = new Map<string, Known>()
  /** The last one that was too large to be kept: a search asks for it once for each of its words. */
  let passing: { readonly kind: TextKind; readonly index: number; readonly block: TextBlock } | null = null
  let length = 0

  function blockOf(kind: TextKind, columns: TaskColumns, index: number): TextBlock {
    const version = columns.blockChanges[index] ?? 0
    const kept = blocks[kind][index]
    if (kept?.version === version) return kept
    if (passing?.kind === kind && passing.index === index && passing.block.version === version) return passing.block
    const made = makeBlock(kind, columns, index, version)
    length -= kept?.text.length ?? 0
    const fits = length + made.text.length <= MOST_KEPT
    if (fits) length += made.text.length
    else passing = { kind, index, block: made }
    blocks[kind][index] = fits ? made : undefined
    return made
  }

  function knownOf(key: string, columns: TaskColumns): Known {
    const found = known.get(key)
    if (found !== undefined) {
      known.delete(key)
      known.set(key, found)
      return found
    }
    if (known.size >= MOST_KNOWN) {
      for (const oldest of known.keys()) {
        known.delete(oldest)
        break
      }
    }
    const slots = columns.received.length
    const blocks = Math.ceil(slots / BLOCK)
    const made: Known = {
      rows: createMarks(blocks),
      found: new Uint8Array(blocks),
      versions: new Int32Array(blocks),
    }
    known.set(key, made)
    return made
  }

  return {
    open(columns, questions) {
      const remembers = questions <= MOST_OF_ONE
      return {
        remembers,
        rowsWith: (kind, words) => {
          const rows = createMarks()
          if (words.includes('')) {
            markAll(rows)
            return () => rows
          }
          const finders = wordFinders(words)
          const hexFinders = wordFinders(words.filter((word) => HEX.test(word)))
          return (index) => {
            const block = blockOf(kind, columns, index)
            let found = false
            for (const find of block.isHex ? hexFinders : finders) {
              const first = find(block.text, 0)
              if (first < 0) continue
              if (!found) clearMarks(rows)
              found = true
              markRows(block, find, first, rows)
            }
            return found ? rows : null
          }
        },
        answers: (key, ask) => {
          if (!remembers) return ask
          const { rows, found, versions } = knownOf(key, columns)
          const known = createMarks()
          return (index) => {
            const version = columns.blockChanges[index] ?? 0
            if (versions[index] === version) {
              if (found[index] !== 1) return null
              loadBlock(rows, index, known)
              return known
            }
            const answer = ask(index)
            if (answer !== null) storeBlock(rows, index, answer)
            found[index] = answer === null ? 0 : 1
            versions[index] = version
            return answer
          }
        },
      }
    },
    *prepare(columns) {
      for (let index = 0; index * BLOCK < columns.end; index++) {
        for (const kind of OF_WORDS) {
          const made = blockOf(kind, columns, index)
          if (blocks[kind][index] !== made) return
          yield
        }
      }
    },
    forget() {
      if (known.size === 0 && length === 0) return
      blocks = noBlocks()
      known = new Map()
      passing = null
      length = 0
    },
  }
}

/** What a word is looked for in. */
const OF_WORDS: readonly TextKind[] = ['args', 'kwargs', 'results', 'exceptions', 'ids']

function noBlocks(): Record<TextKind, (TextBlock | undefined)[]> {
  return { ids: [], links: [], args: [], kwargs: [], results: [], exceptions: [] }
}

/** Marks each row of the block in which something is found, as at `first`. */
function markRows({ text, starts }: TextBlock, find: WordFinder, first: number, found: RowMarks): void {
  let row = 0
  for (let at = first; at >= 0; at = find(text, starts[row] ?? text.length)) {
    while ((starts[row + 1] ?? text.length) <= at) row++
    mark(found, row++)
  }
}

function makeBlock(kind: TextKind, { rows, end }: TaskColumns, index: number, version: number): TextBlock {
  const from = index * BLOCK
  const size = Math.max(0, Math.min(BLOCK, end - from))
  const texts: string[] = []
  for (let row = 0; row < size; row++) texts.push(textOf(kind, rows[from + row]))
  const text = fold(texts.join(BETWEEN))
  const starts = startsOf(texts)
  const isHex = (kind === 'ids' || kind === 'links') && HEX.test(text)
  if (starts[size] === text.length + 1) return { text, starts, version, isHex }
  // A few letters become two when they are folded: then each row says itself how long it is.
  const folded = texts.map(fold)
  return { text: folded.join(BETWEEN), starts: startsOf(folded), version, isHex }
}

function textOf(kind: TextKind, task: TaskRecord | undefined): string {
  if (task === undefined) return ''
  switch (kind) {
    case 'ids':
      return task.uuid
    case 'links':
      return `${task.rootId ?? ''}${BETWEEN}${task.parentId ?? ''}`
    case 'args':
      return task.args ?? ''
    case 'kwargs':
      return task.kwargs ?? ''
    case 'results':
      return task.result ?? ''
    case 'exceptions':
      return task.exception ?? ''
  }
}

function startsOf(texts: readonly string[]): Int32Array {
  const starts = new Int32Array(texts.length + 1)
  for (const [row, text] of texts.entries()) starts[row + 1] = (starts[row] ?? 0) + text.length + BETWEEN.length
  return starts
}
