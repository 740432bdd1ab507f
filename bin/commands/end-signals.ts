/** How a command in the foreground ends: the first signal asks it to, the second does not wait. */
const NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGTERM: 15 } as const

export type EndSignal = keyof typeof NUMBERS

/** npm and the launcher pass on what the terminal has sent to all of us already: one press arrives twice. */
const ECHO_MS = 500

export interface EndSignals {
  /** Aborts at the first signal. */
  readonly signal: AbortSignal
  /** Stops listening. */
  dispose(): void
}

export function endSignals(
  onFirst: (name: EndSignal) => void,
  names: readonly EndSignal[] = ['SIGHUP', 'SIGINT', 'SIGTERM'],
): EndSignals {
  const controller = new AbortController()
  const dispose = onSignals(names, (name) => {
    if (controller.signal.aborted) process.exit(exitCodeOfSignal(name))
    onFirst(name)
    controller.abort()
  })
  return { signal: controller.signal, dispose }
}

/** Calls `heard` once for each time a person or a program meant it. Returns what stops listening. */
export function onSignals<N extends EndSignal>(
  names: readonly N[],
  heard: (name: N) => void,
  { echoMs = ECHO_MS }: { readonly echoMs?: number } = {},
): () => void {
  const lastMs = new Map<N, number>()
  const listener = (name: NodeJS.Signals) => {
    const known = names.find((one) => one === name)
    if (known === undefined) return
    const nowMs = performance.now()
    const isEcho = nowMs - (lastMs.get(known) ?? Number.NEGATIVE_INFINITY) < echoMs
    if (isEcho) return
    lastMs.set(known, nowMs)
    heard(known)
  }
  for (const name of names) process.on(name, listener)
  return () => {
    for (const name of names) process.off(name, listener)
  }
}

/** As a shell tells it: 128 and the number of the signal. */
export function exitCodeOfSignal(name: EndSignal): number {
  return 128 + NUMBERS[name]
}

/** Resolves when `signal` aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
