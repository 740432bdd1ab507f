/**
 * Messages that have arrived and wait to be read. While events come faster than they can be read, taking them off the
 * socket goes first: Redis cuts off a reader for whom it has to keep more than a few MB, and then all that was kept is
 * lost. Reading happens in short turns, so that everything else is answered in between.
 */
export interface EventBacklog {
  push(raw: string): void
  /** Characters that wait. */
  readonly length: number
  /** Gives up what waits. */
  clear(): void
}

export interface EventBacklogOptions {
  /** Most characters that wait; what comes on top is dropped and reported. */
  readonly maxLength: number
  readonly nowMs: () => number
  readonly monotonicMs: () => number
  readonly read: (raw: string, arrivedMs: number) => void
  /** Once for each time that it overflows, with the time of the first message that was dropped. */
  readonly onOverflow: (sinceMs: number) => void
}

/** A page that is asked for meanwhile waits for one turn. */
const TURN_MS = 8
/** While the socket has more, the turns are short. */
const BUSY_TURN_MS = 2
/** How often a turn looks at the clock. */
const MESSAGES_A_LOOK = 8

interface Waiting {
  readonly raw: string
  readonly arrivedMs: number
}

export function createEventBacklog(options: EventBacklogOptions): EventBacklog {
  const { maxLength, nowMs, monotonicMs, read, onOverflow } = options
  let waiting: (Waiting | undefined)[] = []
  let from = 0
  let length = 0
  let isScheduled = false
  let arrivedInTurn = false
  /** Reading done right where a message arrived, since the last turn. */
  let direct = 0
  let overflowing = false

  function schedule(): void {
    if (isScheduled) return
    isScheduled = true
    setImmediate(turn)
  }

  function turn(): void {
    isScheduled = false
    direct = 0
    const endMs = monotonicMs() + (arrivedInTurn ? BUSY_TURN_MS : TURN_MS)
    arrivedInTurn = false
    while (from < waiting.length) {
      for (let i = 0; i < MESSAGES_A_LOOK; i++) readNext()
      if (monotonicMs() >= endMs) break
    }
    if (from < waiting.length) schedule()
    else {
      waiting = []
      from = 0
      overflowing = false
    }
  }

  function readNext(): void {
    const next = waiting[from]
    if (next === undefined) return
    // Its place would keep the text in memory until all are read.
    waiting[from++] = undefined
    length -= next.raw.length
    read(next.raw, next.arrivedMs)
  }

  return {
    push(raw) {
      arrivedInTurn = true
      const arrivedMs = nowMs()
      if (from === waiting.length && direct < MESSAGES_A_LOOK) {
        direct++
        schedule()
        return read(raw, arrivedMs)
      }
      schedule()
      if (length + raw.length > maxLength) {
        if (!overflowing) onOverflow(arrivedMs)
        overflowing = true
        return
      }
      waiting.push({ raw, arrivedMs })
      length += raw.length
    },
    get length() {
      return length
    },
    clear() {
      waiting = []
      from = 0
      length = 0
    },
  }
}
