/** A part with a life. start resolves when it is ready for work; stop may be called at any time, also twice. */
export interface Service {
  readonly name: string
  start(signal: AbortSignal): Promise<void>
  stop(): Promise<void>
}

/** Starts in order. The function returned stops in reverse, all of them, even when one fails. */
export async function startAll(services: readonly Service[], signal: AbortSignal): Promise<() => Promise<void>> {
  const started: Service[] = []
  const stopAll = async () => {
    const failures: unknown[] = []
    for (const service of started.splice(0).reverse()) {
      await service.stop().catch((error: unknown) => failures.push(error))
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Not every part stopped cleanly.')
  }
  try {
    for (const service of services) {
      started.push(service)
      await service.start(signal)
    }
  } catch (error) {
    await stopAll().catch(() => {}) // the first failure is the one to report
    throw error
  }
  return stopAll
}
