/** Work that is waited for at the end only. It is counted and not kept: of a Set each would stay (lib/runtime/forget-sent.ts). */

export interface UnderWay {
  /** Must not reject. */
  add(work: Promise<void>): void
  /** All that was added until now, and meanwhile, has ended. */
  ended(): Promise<void>
}

export function createUnderWay(): UnderWay {
  const idle: (() => void)[] = []
  let count = 0

  function end(): void {
    if (--count > 0) return
    for (const tell of idle.splice(0)) tell()
  }

  return {
    add(work) {
      count++
      void work.finally(end)
    },
    async ended() {
      if (count > 0) await new Promise<void>((resolve) => idle.push(resolve))
    },
  }
}
