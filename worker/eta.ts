/** Messages that are held until their time. One timer for all of them. */
import type { Runtime } from '../lib/runtime/runtime.ts'

export interface EtaQueue<T> {
  readonly size: number
  /** In the order of their times. */
  entries(): readonly Timed<T>[]
  add(dueMs: number, item: T): void
  /** Takes one out before its time; false when it is not here. */
  remove(item: T): boolean
  /** Ends the timer; what is held is given back. */
  close(): readonly T[]
}

export interface Timed<T> {
  readonly dueMs: number
  readonly item: T
}

/** A wall clock may be set while we sleep; so it is looked at again at least this often. */
const LONGEST_SLEEP_MS = 1_000

/** Calls `onDue` when the wall clock has reached an item's time. */
export function createEtaQueue<T>(runtime: Runtime, onDue: (item: T) => void): EtaQueue<T> {
  const waiting: Timed<T>[] = []
  let timer: AbortController | null = null
  let closed = false

  function arm(): void {
    timer?.abort()
    timer = null
    const first = waiting[0]
    if (first === undefined || closed) return
    const alarm = new AbortController()
    timer = alarm
    const sleepMs = Math.min(Math.max(first.dueMs - runtime.clock.nowMs(), 0), LONGEST_SLEEP_MS)
    void runtime.clock.sleep(sleepMs, alarm.signal).then(() => {
      if (!alarm.signal.aborted) fire()
    })
  }

  function fire(): void {
    const nowMs = runtime.clock.nowMs()
    const due = waiting.findIndex(({ dueMs }) => dueMs > nowMs)
    for (const { item } of waiting.splice(0, due < 0 ? waiting.length : due)) onDue(item)
    arm()
  }

  return {
    get size() {
      return waiting.length
    },
    entries: () => waiting.slice(),
    add(dueMs, item) {
      const index = indexFor(waiting, dueMs)
      waiting.splice(index, 0, { dueMs, item })
      if (index === 0) arm()
    },
    remove(item) {
      const index = waiting.findIndex((entry) => entry.item === item)
      if (index < 0) return false
      waiting.splice(index, 1)
      if (index === 0) arm()
      return true
    },
    close() {
      closed = true
      timer?.abort()
      return waiting.splice(0).map(({ item }) => item)
    },
  }
}

/** After all that are due no later, so that equal times keep their order. */
function indexFor<T>(waiting: readonly Timed<T>[], dueMs: number): number {
  let low = 0
  let high = waiting.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((waiting[middle]?.dueMs ?? Number.POSITIVE_INFINITY) <= dueMs) low = middle + 1
    else high = middle
  }
  return low
}
