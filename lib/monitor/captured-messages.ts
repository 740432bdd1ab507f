/**
 * Messages that were seen while they waited, for a retry after they are gone: events cut long arguments, the message
 * has them whole. Only what somebody looked at on a queue's page is kept, and only so much of it.
 */
export interface CapturedMessages {
  add(taskId: string, raw: string): void
  /** The message as it was; null when it was never seen, or has made room. */
  get(taskId: string): string | null
}

export interface CapturedBounds {
  readonly maxCharacters: number
  /** Larger ones are left out: a few of them would push out all others. */
  readonly maxEach: number
}

const BOUNDS: CapturedBounds = { maxCharacters: 8_000_000, maxEach: 256_000 }

export function createCapturedMessages({ maxCharacters, maxEach }: CapturedBounds = BOUNDS): CapturedMessages {
  const byTask = new Map<string, string>()
  let characters = 0

  function drop(id: string): void {
    characters -= byTask.get(id)?.length ?? 0
    byTask.delete(id)
  }

  return {
    add(id, raw) {
      drop(id)
      if (raw.length > maxEach) return
      byTask.set(id, raw)
      characters += raw.length
      for (const oldest of byTask.keys()) {
        if (characters <= maxCharacters) break
        drop(oldest)
      }
    },
    get: (id) => byTask.get(id) ?? null,
  }
}
