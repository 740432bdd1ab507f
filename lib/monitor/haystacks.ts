/**
 * Ids, arguments and results of tasks in the form in which they are searched: folded, in one string. Made when somebody
 * searches, kept while somebody goes on searching, so that an event costs nothing and a quiet page no memory.
 */
import type { TaskColumns } from './task-columns.ts'

export interface Haystacks {
  /** The folded texts of the row in this slot. */
  of(slot: number): string
}

export interface HaystackStore {
  /** Haystacks for one search. */
  open(columns: TaskColumns): Haystacks
  /** Forgets all when no search looked into any since `sinceMs`. */
  release(sinceMs: number): void
}

/** Longer ones are made anew each time: they are few, and they would be most of the memory. */
const LONGEST_KEPT = 2_000
/** Most characters of all that are kept. */
const MOST_KEPT = 50_000_000

export function createHaystacks(nowMs: () => number): HaystackStore {
  let texts: (string | undefined)[] = []
  let versions: number[] = []
  let usedMs = 0
  let length = 0

  return {
    open(columns) {
      let isUsed = false
      return {
        of(slot) {
          if (!isUsed) usedMs = nowMs()
          isUsed = true
          const version = columns.changes[slot] ?? 0
          const known = texts[slot]
          if (known !== undefined && versions[slot] === version) return known
          const made = makeHaystack(columns, slot)
          const grown = length + made.length - (known?.length ?? 0)
          if (made.length <= LONGEST_KEPT && grown <= MOST_KEPT) {
            texts[slot] = made
            versions[slot] = version
            length = grown
          }
          return made
        },
      }
    },
    release(sinceMs) {
      if (usedMs >= sinceMs) return
      texts = []
      versions = []
      length = 0
    },
  }
}

/** Parts are kept apart by a character that nobody types. */
const BETWEEN = '\u0000'

function makeHaystack({ rows }: TaskColumns, slot: number): string {
  const task = rows[slot]
  if (task === undefined) return ''
  const { uuid, args, kwargs, result } = task
  return `${uuid}${BETWEEN}${args ?? ''}${BETWEEN}${kwargs ?? ''}${BETWEEN}${result ?? ''}`.toLowerCase()
}
