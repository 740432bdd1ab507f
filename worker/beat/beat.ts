/**
 * Beat: sends the entries of a schedule at their times (worker-beat.md 5.3). Several runs are on their way at once, and
 * none waits for another; while broker or store are away nothing counts as sent, and what was missed makes one run each.
 */
import { hostname as hostName } from 'node:os'
import type { Broker } from '../../lib/broker/broker.ts'
import type { Celery } from '../../lib/client/celery.ts'
import { messageOf } from '../../lib/errors.ts'
import type { Runtime } from '../../lib/runtime/runtime.ts'
import type { ScheduleStore } from '../../lib/schedule-store/schedule-store.ts'
import { createClockWatch } from './clock-watch.ts'
import { codeEntries } from './code-entries.ts'
import { createDispatch, type DispatchEnd } from './dispatch.ts'
import { type Leadership, startLeadership } from './leadership.ts'
import { createPause } from './pause.ts'
import type { DueRun } from './plan.ts'
import { startBeatControl } from './remote-control.ts'
import { createScheduler, type RunEnd } from './scheduler.ts'
import { createUnderWay } from './under-way.ts'

export interface BeatOptions {
  readonly app: Celery
  readonly broker: Broker
  readonly runtime: Runtime
  /** Not open yet; closed by `stop`. */
  readonly store: ScheduleStore
  /** `celerybeat@<host>` when left out. */
  readonly hostname?: string
  /** Inside a worker or a dashboard: its process answers ping already. */
  readonly isEmbedded?: boolean
}

export interface Beat {
  /** What is on its way arrives first. */
  stop(): Promise<void>
}

/** The wall clock may be set, and the schedule be changed, while beat sleeps; so it looks at least this often. */
const LOOK_EVERY_MS = 1_000
/** Where many fall due, those so close together travel together: each journey costs as much as many runs. */
const GATHER_MS = 10
/** More would be no faster, as long as a journey takes less than 100 ms, and each takes room until it has arrived. */
const MOST_SENDING = 800
/** So many travel together at most. */
const BATCH = 200
const SYNC_EVERY_MS = 180_000
const REPORT_EVERY_MS = 10_000
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 8_000

/** Throws what opening the store throws. The broker is the caller's. */
export async function startBeat(options: BeatOptions): Promise<Beat> {
  const { app, broker, runtime, store, isEmbedded = false } = options
  const { hostname = `celerybeat@${hostName()}` } = options
  const { clock, log } = runtime
  const { zone, cronDeadlineSeconds, beatMaxIntervalMs } = app.compiled
  const code = codeEntries(app)
  for (const { name, reason } of code.broken) log.error(`beat: Entry ${JSON.stringify(name)} cannot be used: ${reason}`)
  const scheduler = createScheduler({
    ...{ zone, cronDeadlineSeconds, maxIntervalMs: beatMaxIntervalMs },
    onTrouble(name, error) {
      const seconds = beatMaxIntervalMs / 1000
      log.error(`beat: Cannot calculate the next run of '${name}', trying again in ${seconds} s: ${messageOf(error)}`)
    },
  })
  const dispatch = createDispatch({
    sender: app.senderOf({ broker, runtime }),
    store,
    lazyOf: (name) => code.lazy.get(name),
  })
  const jumpOf = createClockWatch(clock)
  const pause = createPause(clock)
  const toldBroken = new Set<string>()
  const underWay = createUnderWay()
  let sending = 0
  let leadership: Leadership | null = null
  let version: string | null = null
  let isStopped = false
  let pauseMs = 0
  let pausedUntilMs = 0
  let [lookedMs, syncedMs, reportedMs, tickMs] = [0, clock.monotonicMs(), Number.NEGATIVE_INFINITY, clock.monotonicMs()]
  let sinceSync = 0
  let isLooking = false
  let isStandingBy = false
  /** Wall clocks: until when the loop sleeps, and until when also what falls due does not wake it. */
  let [wakesMs, gathersMs] = [Number.NEGATIVE_INFINITY, 0]

  async function load(isFirst: boolean): Promise<void> {
    const loaded = await store.load()
    version = loaded.version
    for (const { name, reason } of loaded.broken) {
      const text = `beat: Entry ${JSON.stringify(name)} cannot be read: ${reason}`
      if (!toldBroken.has(text)) log.error(text)
      toldBroken.add(text)
    }
    scheduler.replace(loaded, clock.nowMs(), { isFirst })
    pause.end()
  }
  async function begin(): Promise<void> {
    await store.adopt(code.entries, clock.nowMs())
    await load(true)
  }
  /** Somebody may have changed the schedule. */
  async function look(): Promise<void> {
    if (isLooking || (version === null && leadership !== null && !isStandingBy)) return
    isLooking = true
    try {
      if (isStandingBy) await store.standBy?.(code.entries)
      else if (version === null) await begin()
      else if ((await store.version()) !== version) await load(false)
    } catch (error) {
      away(messageOf(error))
    } finally {
      isLooking = false
    }
  }

  function away(reason: string): void {
    const nowMs = clock.monotonicMs()
    if (pausedUntilMs > nowMs) return
    pauseMs = Math.min(Math.max(2 * pauseMs, FIRST_PAUSE_MS), LONGEST_PAUSE_MS)
    pausedUntilMs = nowMs + pauseMs
    log.error(`beat: Connection error: ${reason} Trying again in ${(pauseMs / 1000).toFixed(1)} seconds...`)
  }

  function settle(due: DueRun, end: DispatchEnd): void {
    let how: RunEnd = 'failed'
    if (end.type === 'away') away(end.reason)
    else if (end.type === 'lease-lost') leadership?.lost()
    else {
      how = end.type
      pauseMs = 0
      if (how === 'sent') sinceSync++
    }
    scheduler.settle(due, how, clock.nowMs())
    // Who waits for room, or for longer than until the run that is due again soon, goes on.
    const dueMs = scheduler.lookMs() ?? Number.POSITIVE_INFINITY
    if (sending-- >= MOST_SENDING || Math.max(dueMs, gathersMs) < wakesMs) pause.end()
  }

  /** What is due, as far as it may be sent. */
  function sendDue(): 'nothing' | 'all' | 'more' {
    const lease = leadership?.lease() ?? null
    if (leadership !== null && lease === null) return 'nothing'
    if (broker.status().state !== 'ready' || clock.monotonicMs() < pausedUntilMs) return 'nothing'
    const most = Math.min(BATCH, MOST_SENDING - sending)
    const dues = most > 0 ? scheduler.takeAll(clock.nowMs(), most) : []
    if (dues.length === 0) return 'nothing'
    sending += dues.length
    underWay.add(dispatch(dues, lease, settle))
    return dues.length < most ? 'all' : 'more'
  }

  async function sync(): Promise<void> {
    sinceSync = 0
    syncedMs = clock.monotonicMs()
    log.debug('beat: Synchronizing schedule...')
    await store
      .sync()
      .catch((error: unknown) => log.error('beat: The schedule was not written', { reason: messageOf(error) }))
  }
  async function report(): Promise<void> {
    reportedMs = clock.monotonicMs()
    const lease = leadership?.lease() ?? null
    const nowMs = clock.nowMs()
    const presence = {
      ...({ node: hostname, pid: process.pid, software: 'umbel', lastTickMs: nowMs } as const),
      leads: leadership === null || lease !== null,
      leaseEndsMs: lease === null ? null : nowMs + lease.actUntilMs - clock.monotonicMs() + 1_000,
    }
    await store.report(presence).catch(() => {}) // whoever looks sees it gone, which is what it is
  }
  function chores(): void {
    const nowMs = clock.monotonicMs()
    const { beat_sync_every: every } = app.conf
    if (nowMs - lookedMs >= LOOK_EVERY_MS && nowMs >= pausedUntilMs) {
      lookedMs = nowMs
      void look()
    }
    if (nowMs - reportedMs >= REPORT_EVERY_MS) void report()
    if (nowMs - syncedMs >= SYNC_EVERY_MS || (every > 0 && sinceSync >= every)) void sync()
  }

  async function loop(): Promise<void> {
    while (!isStopped) {
      tickMs = clock.monotonicMs()
      const jumpedMs = jumpOf()
      if (jumpedMs !== 0) {
        const seconds = Math.round(Math.abs(jumpedMs) / 1000)
        log.warning(`beat: The clock was set ${jumpedMs > 0 ? 'forward' : 'back'} by ${seconds} s.`)
        scheduler.jump(jumpedMs, clock.nowMs())
      }
      const sent = sendDue()
      chores()
      const atMs = scheduler.lookMs()
      // What is left when a batch was full goes as the next, once answers and others had their turn.
      if (sent === 'more') pause.end()
      const leastMs = sent === 'all' || (atMs !== null && atMs <= clock.nowMs()) ? GATHER_MS : 0
      const untilMs = atMs === null ? LOOK_EVERY_MS : Math.max(atMs - clock.nowMs(), leastMs)
      const waitMs = isBlocked() ? LOOK_EVERY_MS : Math.min(untilMs, LOOK_EVERY_MS, beatMaxIntervalMs)
      gathersMs = clock.nowMs() + leastMs
      wakesMs = clock.nowMs() + waitMs
      await pause.wait(waitMs)
    }
  }
  /** Nothing can be sent now, however much is due; whoever ends that ends the pause. */
  function isBlocked(): boolean {
    if (broker.status().state !== 'ready' || sending >= MOST_SENDING) return true
    return leadership !== null && leadership.lease() === null
  }

  await store.open()
  log.info('beat: Starting...')
  log.debug(`beat: Ticking with max interval->${beatMaxIntervalMs / 1000} s`)
  await app.signals.beatInit.send({ sender: hostname })
  if (isEmbedded) await app.signals.beatEmbeddedInit.send({ sender: hostname })
  const offStatus = broker.onStatus(({ state, reason }) => {
    if (state === 'ready') {
      pausedUntilMs = 0
      pause.end()
    } else if (state === 'reconnecting' && !isStopped)
      log.error(`beat: Connection error: ${reason ?? state}. Trying again...`)
  })
  if (store.leases === null) await begin().catch((error: unknown) => away(messageOf(error)))
  else {
    leadership = startLeadership({
      ...{ leases: store.leases, holder: hostname, runtime },
      onLead: async () => {
        isStandingBy = false
        await begin()
        void report()
      },
      onReady: () => pause.end(),
      onStandBy() {
        isStandingBy = true
        version = null
        scheduler.clear()
        void report()
      },
    })
  }
  const isRemote = app.conf.beat_enable_remote_control && !isEmbedded
  const control = isRemote ? startBeatControl({ app, broker, runtime, hostname, tickMs: () => tickMs }) : null
  const running = loop()

  return {
    async stop() {
      log.info('beat: Shutting down...')
      isStopped = true
      pause.end()
      await running
      offStatus()
      await underWay.ended()
      await sync()
      await leadership?.stop()
      await control?.stop()
      await store.close()
    },
  }
}
