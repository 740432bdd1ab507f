/** How long a program does not answer: asks for the cheapest page all the time and keeps the longest wait. */
export interface StallWatch {
  /** Longest answer, ms. */
  stop(): Promise<number>
}

const EVERY_MS = 20

export function watchStalls(url: string): StallWatch {
  let longest = 0
  let ended = false
  const watch = async () => {
    while (!ended) {
      const askedMs = performance.now()
      await fetch(`${url}/healthcheck`).then(
        (answer) => answer.arrayBuffer(),
        () => {},
      )
      longest = Math.max(longest, performance.now() - askedMs)
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS))
    }
  }
  const done = watch()
  return {
    async stop() {
      ended = true
      await done
      return longest
    },
  }
}
