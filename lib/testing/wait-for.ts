export interface WaitOptions {
  readonly timeoutMs?: number
  readonly everyMs?: number
  /** What is waited for, for the message of the failure. */
  readonly what?: string
}

/**
 * Long, for a machine may carry much else: what is to happen at once is no longer waited for than it takes.
 */
const PATIENCE_MS = 90_000

/** Asks until the answer is neither null, undefined nor false, and gives it back. Fails loudly after `timeoutMs`. */
export async function waitFor<T>(ask: () => T | Promise<T>, options: WaitOptions = {}): Promise<NonNullable<T>> {
  const { timeoutMs = PATIENCE_MS, everyMs = 20, what = ask.toString() } = options
  const end = performance.now() + timeoutMs
  let last: unknown
  while (performance.now() < end) {
    try {
      const answer = await ask()
      if (answer !== null && answer !== undefined && answer !== false) return answer
      last = answer
    } catch (error) {
      last = error
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
  throw new Error(`Waited ${timeoutMs} ms in vain for: ${what}. Last answer: ${String(last)}`)
}
