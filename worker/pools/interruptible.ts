/**
 * Ends a function that does not come back. It reaches what runs until the function returns or first awaits: a loop that
 * computes, a synchronous call. What runs after an await is out of reach.
 */
import { Script } from 'node:vm'

/** A script sees nothing of this module, so its way in is a property of the realm. */
const ENTRY = Symbol.for('umbel.interruptible')
// V8 watches the time of an evaluation, so the call has to happen within one.
const script = new Script("globalThis[Symbol.for('umbel.interruptible')]()")

/** What `work` returns or throws; `onTimeout()` is thrown when it has not come back after `limitMs`. */
export function callWithin<T>(limitMs: number, work: () => T, onTimeout: () => Error): T {
  // The property is this file's own.
  const realm = globalThis as { [ENTRY]?: (() => void) | undefined }
  let result: { readonly value: T } | null = null
  const outer = realm[ENTRY]
  realm[ENTRY] = () => {
    result = { value: work() }
  }
  try {
    script.runInThisContext({ timeout: Math.max(1, Math.ceil(limitMs)), displayErrors: false })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw onTimeout()
    throw error
  } finally {
    realm[ENTRY] = outer
  }
  return resultOf(result)
}

function resultOf<T>(result: { readonly value: T } | null): T {
  if (result === null) throw new Error('the function was not called')
  return result.value
}
