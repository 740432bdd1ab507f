/**
 * Since when the oldest message of each queue waits. Messages of Celery do not say when they were sent. So it is reckoned
 * from two numbers: how many wait, and how many workers have taken. What has arrived by a reading is the sum of both; a
 * queue is a line, so its oldest message is the first that arrived after as many as have been taken since (ux.md 2.5).
 */
export interface Reading {
  readonly atMs: number
  readonly waiting: number
  /** Messages taken so far, from any beginning; null where that is not known: nothing can be reckoned then. */
  readonly taken: number | null
}

export interface ReckonedAge {
  readonly sinceMs: number
  /** It was there when the queue was first looked at: it may be older. */
  readonly atLeast: boolean
}

export interface OldestMessages {
  /** One reading of a queue; costs a few additions. */
  note(queue: string, reading: Reading): void
  /** Null when nothing waits, or when it is not known. */
  of(queue: string): ReckonedAge | null
  forget(): void
}

interface Mark {
  readonly atMs: number
  /** How many messages had arrived by then. */
  readonly arrived: number
}

interface Line {
  marks: Mark[]
  /** Since the queue was empty, or first seen; and how many had been by then. */
  taken: number
  takenBefore: number
  lastWaiting: number
  /** The mark of the first reading, as long as messages of then wait. */
  first: Mark | null
}

/** Readings kept of a queue; of a longer past every other one is. */
const MOST_MARKS = 1_000

export function createOldestMessages(): OldestMessages {
  const lines = new Map<string, Line>()

  function note(queue: string, { atMs, waiting, taken }: Reading): void {
    if (taken === null) {
      lines.delete(queue)
      return
    }
    const line = lines.get(queue)
    if (line === undefined) {
      const first = waiting === 0 ? null : { atMs, arrived: waiting }
      const marks = first === null ? [] : [first]
      lines.set(queue, { marks, taken: 0, takenBefore: taken, lastWaiting: waiting, first })
      return
    }
    // The length tells before the events do that some have gone, and also where their events were missed.
    line.taken = Math.max(line.taken + Math.max(0, line.lastWaiting - waiting), taken - line.takenBefore)
    line.lastWaiting = waiting
    if (waiting === 0) {
      line.taken = 0
      line.takenBefore = taken
    }
    const arrived = waiting + line.taken
    const gone = waiting === 0 ? line.marks.length : line.marks.findIndex((mark) => mark.arrived > line.taken)
    line.marks.splice(0, gone < 0 ? line.marks.length : gone)
    const last = line.marks.at(-1)
    if (waiting > 0 && (last === undefined || arrived > last.arrived)) line.marks.push({ atMs, arrived })
    if (line.marks.length > MOST_MARKS) line.marks = line.marks.filter((_, at) => at % 2 === 0)
    if (line.first !== line.marks[0]) line.first = null
  }

  return {
    note,
    of(queue) {
      const line = lines.get(queue)
      const oldest = line?.marks[0]
      return oldest === undefined ? null : { sinceMs: oldest.atMs, atLeast: line?.first === oldest }
    },
    forget: () => lines.clear(),
  }
}
