import { isRange, type Range } from '../../lib/live/time-span.ts'
import { DEFAULT_RANGE } from '../../lib/live/topic.ts'
import { createStore } from '../ui/store.ts'

const KEY = 'umbel-range'

/** The range that this person chose last, kept in the browser; pages whose address tells none have it. */
export const keptRange = createStore<Range>(readKept())

export function keepRange(range: Range): void {
  keptRange.set(range)
  try {
    window.localStorage.setItem(KEY, range)
  } catch {
    // Then it is kept for as long as the page is open.
  }
}

function readKept(): Range {
  // On the server nobody has chosen; a browser may refuse its storage.
  if (typeof window === 'undefined') return DEFAULT_RANGE
  try {
    const kept = window.localStorage.getItem(KEY)
    return isRange(kept) ? kept : DEFAULT_RANGE
  } catch {
    return DEFAULT_RANGE
  }
}
