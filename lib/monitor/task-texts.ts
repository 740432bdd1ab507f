/**
 * Ids, arguments and results of tasks in the form in which they are searched: folded, a thousand rows in one string, so
 * that a word is looked for in a few hundred long strings instead of in a hundred thousand short ones. Made when
 * somebody searches, kept while somebody goes on searching: an event costs nothing, and a quiet page no memory.
 */
import type { Clock } from '../runtime/clock.ts'
import type { TaskRecord } from './records.ts'
import { BLOCK, type TaskColumns } from './task-columns.ts'

/** One search. */
export interface TextSearch {
  /** A test for rows whose texts hold at least one of these folded words. */
  holds(words: readonly string[]): (slot: number) => boolean
}

export interface TaskTexts {
  open(columns: TaskColumns): TextSearch
  /** Brings the texts up to date in short turns, so that a first search of many tasks holds up nobody. */
  prepare(columns: TaskColumns): Promise<void>
  /** Forgets all texts when no search looked into any since `sinceMs`. */
  release(sinceMs: number): void
}

/** The folded texts of `BLOCK` slots. */
interface TextBlock {
  readonly text: string
  /** Where in `text` each row begins, and the end of the last. */
  readonly starts: Int32Array
  /** As of which change. */
  readonly version: number
}

/** Most characters of all that are kept. What does not fit is made anew for each search. */
const MOST_KEPT = 50_000_000
/** Folding takes turns of about this long. */
const TURN_MS = 5
/** Parts are kept apart by a character that nobody types. */
const BETWEEN = '\u0000'

export function createTaskTexts({ nowMs, monotonicMs, sleep }: Clock): TaskTexts {
  let blocks: (TextBlock | undefined)[] = []
  let usedMs = 0
  let length = 0

  function blockOf(columns: TaskColumns, index: number): TextBlock {
    const version = columns.blockChanges[index] ?? 0
    const known = blocks[index]
    if (known?.version === version) return known
    const made = makeBlock(columns, index, version)
    length -= known?.text.length ?? 0
    const isKept = length + made.text.length <= MOST_KEPT
    if (isKept) length += made.text.length
    blocks[index] = isKept ? made : undefined
    return made
  }

  return {
    open: (columns) => ({
      holds(words) {
        if (words.includes('')) return () => true
        const found = new Uint8Array(columns.end)
        const searched = new Uint8Array(Math.ceil(columns.end / BLOCK))
        return (slot) => {
          const index = Math.floor(slot / BLOCK)
          if (searched[index] === 0) {
            searched[index] = 1
            usedMs = nowMs()
            const block = blockOf(columns, index)
            for (const word of words) markRows(block, word, found.subarray(index * BLOCK))
          }
          return found[slot] === 1
        }
      },
    }),
    async prepare(columns) {
      usedMs = nowMs()
      let turnEndsMs = monotonicMs() + TURN_MS
      for (let index = 0; index * BLOCK < columns.end; index++) {
        blockOf(columns, index)
        if (monotonicMs() < turnEndsMs) continue
        await sleep(1)
        turnEndsMs = monotonicMs() + TURN_MS
      }
    },
    release(sinceMs) {
      if (usedMs >= sinceMs) return
      blocks = []
      length = 0
    },
  }
}

/** Sets 1 for each row of the block that holds the word. */
function markRows({ text, starts }: TextBlock, word: string, found: Uint8Array): void {
  let row = 0
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, starts[row] ?? text.length)) {
    while ((starts[row + 1] ?? text.length) <= at) row++
    found[row++] = 1
  }
}

function makeBlock({ rows, end }: TaskColumns, index: number, version: number): TextBlock {
  const from = index * BLOCK
  const size = Math.min(BLOCK, end - from)
  const texts: string[] = []
  for (let row = 0; row < size; row++) texts.push(textOf(rows[from + row]))
  const text = texts.join('').toLowerCase()
  const starts = startsOf(texts)
  if (starts[size] === text.length) return { text, starts, version }
  // A few letters become two when they are folded: then each row says itself how long it is.
  const folded = texts.map((one) => one.toLowerCase())
  return { text: folded.join(''), starts: startsOf(folded), version }
}

function textOf(task: TaskRecord | undefined): string {
  if (task === undefined) return ''
  const { uuid, args, kwargs, result } = task
  return `${uuid}${BETWEEN}${args ?? ''}${BETWEEN}${kwargs ?? ''}${BETWEEN}${result ?? ''}${BETWEEN}`
}

function startsOf(texts: readonly string[]): Int32Array {
  const starts = new Int32Array(texts.length + 1)
  for (const [row, text] of texts.entries()) starts[row + 1] = (starts[row] ?? 0) + text.length
  return starts
}
