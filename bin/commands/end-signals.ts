/** How a command in the foreground ends: the first SIGINT or SIGTERM asks it to, the second does not wait. */
const NUMBERS = { SIGINT: 2, SIGTERM: 15 } as const

export type EndSignal = keyof typeof NUMBERS

export interface EndSignals {
  /** Aborts at the first signal. */
  readonly signal: AbortSignal
  /** Stops listening. */
  dispose(): void
}

export function endSignals(onFirst: (name: EndSignal) => void): EndSignals {
  const controller = new AbortController()
  const heard = (name: EndSignal) => {
    // As a shell tells it: 128 and the number of the signal.
    if (controller.signal.aborted) process.exit(128 + NUMBERS[name])
    onFirst(name)
    controller.abort()
  }
  const onInterrupt = () => heard('SIGINT')
  const onTerminate = () => heard('SIGTERM')
  process.on('SIGINT', onInterrupt)
  process.on('SIGTERM', onTerminate)
  return {
    signal: controller.signal,
    dispose() {
      process.off('SIGINT', onInterrupt)
      process.off('SIGTERM', onTerminate)
    },
  }
}

/** Resolves when `signal` aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
