/**
 * Whether this beat may send. Where the store has a lease, only while it holds that, and until a second before it ends
 * (SST-6); another beat stands by and asks for it again and again.
 */
import { messageOf } from '../../lib/errors.ts'
import type { Runtime } from '../../lib/runtime/runtime.ts'
import type { Lease, Leases } from '../../lib/schedule-store/schedule-store.ts'

export interface LeadershipOptions {
  readonly leases: Leases
  readonly holder: string
  readonly runtime: Runtime
  /** It leads from now on: what it knew before counts for nothing. Tried again when it throws. */
  readonly onLead: () => Promise<void>
  /** That is done: from now on it sends. */
  readonly onReady: () => void
  readonly onStandBy: () => void
}

export interface Leadership {
  /** Null while another beat leads, or nobody can be asked. */
  lease(): Lease | null
  /** The store said that it is lost. */
  lost(): void
  /** Gives it back, so that another beat need not wait. */
  stop(): Promise<void>
}

/** A beat that stands by takes over so soon after the lease of the other has run out. */
const ASK_EVERY_MS = 250
const LEAST_PAUSE_MS = 100

export function startLeadership(options: LeadershipOptions): Leadership {
  const { leases, holder, runtime, onLead, onReady, onStandBy } = options
  const { clock, log } = runtime
  const stopped = new AbortController()
  let held: Lease | null = null
  let isReady = false
  let beginning: Promise<void> | null = null
  let isStandingBy = false
  let isAway = false

  function isHeld(): boolean {
    return held !== null && clock.monotonicMs() < held.actUntilMs
  }
  function drop(why: string): void {
    if (held === null) return
    held = null
    isReady = false
    log.warning(`beat: The lease is lost (${why}); standing by.`)
    onStandBy()
  }
  function tell(error: unknown): void {
    if (!isAway) log.error(`beat: The lease cannot be asked for: ${messageOf(error)}`)
    isAway = true
  }

  async function acquire(): Promise<void> {
    held = await leases.acquire(holder)
    isAway = false
    if (held !== null) {
      if (isStandingBy) log.info('beat: The lease is ours now; sending.')
      isStandingBy = false
    } else if (!isStandingBy) {
      isStandingBy = true
      log.info('beat: Another beat holds the lease; standing by.')
      onStandBy()
    }
  }
  async function renew(lease: Lease): Promise<void> {
    const renewed = await leases.renew(lease)
    isAway = false
    if (held !== lease) return
    if (renewed === null) drop('somebody else took it')
    else held = renewed
  }
  /** The lease is renewed meanwhile: to read a large schedule may take longer than it lasts. */
  async function begin({ token }: Lease): Promise<void> {
    try {
      await onLead()
      if (held?.token !== token) return
      isReady = true
      onReady()
    } catch (error) {
      tell(error)
    } finally {
      beginning = null
    }
  }
  async function turn(): Promise<number> {
    if (held !== null && !isHeld()) drop('it has run out')
    const lease = held
    try {
      if (lease === null) await acquire()
      else await renew(lease)
      if (held !== null && isHeld() && !isReady) beginning ??= begin(held)
    } catch (error) {
      tell(error)
      return ASK_EVERY_MS
    }
    if (held === null) return ASK_EVERY_MS
    return Math.max((held.actUntilMs - clock.monotonicMs()) / 3, LEAST_PAUSE_MS)
  }

  const running = (async () => {
    while (!stopped.signal.aborted) await clock.sleep(await turn(), stopped.signal)
  })()

  return {
    lease: () => (isReady && isHeld() ? held : null),
    lost: () => drop('the store says so'),
    async stop() {
      stopped.abort()
      await running
      await beginning
      const lease = held
      held = null
      if (lease !== null) await leases.release(lease).catch(() => {}) // it runs out by itself
    },
  }
}
