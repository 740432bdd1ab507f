/**
 * Pools that run tasks in children: processes (Celery's prefork) or threads. A child has one job at a time and gets the
 * next one when it is free, so a short task never waits behind a long one (worker-beat.md 1.10, -O fair).
 */
import { messageOf } from '../../lib/errors.ts'
import type { HowItEnded, Outcome } from '../outcome.ts'
import { bootConf } from './boot-conf.ts'
import { type Child, type ChildListeners, lostText, type StartChild } from './child/child.ts'
import { type EndFacts, type FromChild, readLine, type ToChild, writeLine } from './child/wire.ts'
import { childStats } from './child-stats.ts'
import type { PoolOptions } from './create-pool.ts'
import type { Job, Pool } from './pool.ts'
import { createRespawn } from './respawn.ts'

export type ChildKind = 'threads' | 'processes'

export interface ChildPoolOptions extends PoolOptions {
  readonly appPath: string
}

/** starting: loads the app. leaving: gets nothing more and is going to end. */
type SlotState = 'starting' | 'idle' | 'busy' | 'leaving'

export interface Slot {
  child: Child | null
  state: SlotState
  current: Current | null
  /** Jobs that it was given. */
  writes: number
  /** Goes when it is free. */
  outdated: boolean
  readonly gone: PromiseWithResolvers<void>
}

interface Current {
  readonly job: Job
  readonly number: number
  /** Its outcome is told; the child may still be at it. */
  ended: boolean
  /** Aborts when the job ends; null where there are no limits. */
  readonly limits: AbortController | null
  hooked: (() => void) | null
}

const SIGKILL = 9
/** What a service manager or a terminal sends to all processes of a worker. */
const ASKS_TO_END: ReadonlySet<string | null> = new Set(['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP'])
/** How long a child may take to leave. */
const LEAVE_MS = 5_000

export async function createChildPool(kind: ChildKind, options: ChildPoolOptions): Promise<Pool> {
  const start: StartChild =
    kind === 'processes'
      ? (await import('./child/process-child.ts')).startProcess
      : (await import('./child/thread-child.ts')).startThread
  return new ChildPool(kind, options, start)
}

class ChildPool implements Pool {
  readonly name: ChildKind
  readonly supports = { kill: true, grow: true, children: true }
  readonly #options: ChildPoolOptions
  readonly #startChild: StartChild
  readonly #respawn: ReturnType<typeof createRespawn>
  readonly #slots = new Set<Slot>()
  readonly #idle: Slot[] = []
  readonly #listeners: (() => void)[] = []
  #size: number
  #running = 0
  #jobs = 0
  #stopped = true

  constructor(kind: ChildKind, options: ChildPoolOptions, start: StartChild) {
    this.name = kind
    this.#options = options
    this.#startChild = start
    this.#size = options.concurrency
    this.#respawn = createRespawn(options.run.runtime, () => this.#fill())
  }

  get size(): number {
    return this.#size
  }

  get running(): number {
    return this.#running
  }

  get free(): number {
    return this.#idle.length
  }

  onFree(listener: () => void): void {
    this.#listeners.push(listener)
  }

  async start(): Promise<void> {
    this.#stopped = false
    this.#fill()
  }

  run(job: Job): void {
    const slot = this.#idle.shift()
    if (slot === undefined || slot.child === null) throw new Error('no child is free')
    const limited = job.softLimitMs !== null || job.hardLimitMs !== null
    const number = ++this.#jobs
    const current: Current = { job, number, ended: false, limits: limited ? new AbortController() : null, hooked: null }
    slot.state = 'busy'
    slot.current = current
    slot.writes++
    this.#running++
    job.started(slot.child.pid)
    this.#send(slot, ['job', number, job.hand.delivery.raw, job.softLimitMs])
    if (current.limits !== null) void this.#watchLimits(slot, current, current.limits.signal)
  }

  terminate(id: string, signum: number): boolean {
    const found = this.#busy().filter(({ current }) => current?.ended === false && current.job.hand.message.id === id)
    for (const slot of found) {
      this.#end(slot, { type: 'terminated', signum })
      slot.child?.kill(signum)
    }
    return found.length > 0
  }

  grow(slots: number): void {
    this.#size += slots
    this.#fill()
  }

  shrink(slots: number): void {
    this.#size = Math.max(1, this.#size - slots)
    for (const slot of [...this.#idle, ...this.#starting()]) if (this.#surplus() > 0) this.#retire(slot)
  }

  cancelAll(): void {
    for (const slot of this.#busy()) {
      this.#end(slot, { type: 'cancelled' })
      this.#kill(slot)
    }
  }

  restart(): void {
    for (const slot of this.#busy()) slot.outdated = true
    for (const slot of [...this.#idle, ...this.#starting()]) this.#retire(slot)
    this.#fill()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#respawn.stop()
    this.cancelAll()
    const going = [...this.#slots]
    for (const slot of going) if (slot.state !== 'leaving') this.#retire(slot)
    await Promise.all(going.map((slot) => slot.gone.promise))
  }

  stats(): Readonly<Record<string, unknown>> {
    return childStats(this.name, this.#size, [...this.#slots], this.#options)
  }

  #busy(): Slot[] {
    return [...this.#slots].filter(({ current }) => current !== null)
  }

  #starting(): Slot[] {
    return [...this.#slots].filter(({ state }) => state === 'starting')
  }

  /** Children above the size, those that leave not counted. */
  #surplus(): number {
    let staying = 0
    for (const { state, outdated } of this.#slots) if (state !== 'leaving' && !outdated) staying++
    return staying - this.#size
  }

  #fill(): void {
    while (!this.#stopped && this.#surplus() < 0 && this.#respawn.may()) this.#spawn()
  }

  #spawn(): void {
    const { app, run, appPath, maxMemoryPerChildKb, aliveTimeoutMs } = this.#options
    void app.signals.workerBeforeCreateProcess.send({ sender: run.hostname })
    const slot: Slot = {
      child: null,
      state: 'starting',
      current: null,
      writes: 0,
      outdated: false,
      gone: Promise.withResolvers(),
    }
    this.#slots.add(slot)
    const listeners: ChildListeners = {
      onLine: (line) => this.#hear(slot, readLine<FromChild>(line)),
      onExit: (code, signal) => this.#lost(slot, code, signal),
    }
    try {
      slot.child = this.#startChild(listeners)
    } catch (error) {
      this.#lost(slot, null, messageOf(error))
      return
    }
    const { hostname } = run
    const watchesMemory = maxMemoryPerChildKb !== null
    this.#send(slot, ['boot', { appPath, conf: bootConf(app), hostname, watchesMemory }])
    void this.#endLater(slot, aliveTimeoutMs, 'starting')
  }

  /** Ends a child that is still in this state after a time. */
  async #endLater(slot: Slot, afterMs: number, state: SlotState): Promise<void> {
    const gone = new AbortController()
    void slot.gone.promise.then(() => gone.abort())
    await this.#options.run.runtime.clock.sleep(afterMs, gone.signal)
    if (gone.signal.aborted || slot.state !== state) return
    if (state === 'starting') this.#respawn.because(`it was not ready after ${afterMs / 1000} s`)
    slot.child?.kill(SIGKILL)
  }

  #hear(slot: Slot, message: FromChild): void {
    const { run } = this.#options
    const { current } = slot
    switch (message[0]) {
      case 'ready':
        this.#respawn.ready()
        if (slot.state === 'starting') this.#release(slot)
        return
      case 'failed':
        this.#respawn.because(message[1])
        return
      case 'log':
        run.runtime.log[message[1]](message[2])
        return
    }
    if (current === null) return
    const { hand } = current.job
    switch (message[0]) {
      case 'end':
        if (current.number === message[1]) this.#hearEnd(slot, current, message[2], message[3])
        return
      case 'hooked':
        if (current.number !== message[1]) return
        current.hooked?.()
        this.#free(slot, false)
        return
      case 'state':
        this.#answer(slot, message[1], run.storeState(hand, message[3], message[4], message[5]))
        return
      case 'retry':
        this.#answer(slot, message[1], run.sendRetry(hand, message[3]))
        return
      case 'event':
        run.sendEvent(hand, message[2], message[3])
    }
  }

  #hearEnd(slot: Slot, current: Current, ended: HowItEnded, facts: EndFacts): void {
    const { number, job } = current
    if (facts.children !== undefined) job.hand.children.push(...facts.children)
    if (facts.spent === true || this.#isWorn(slot, facts.memoryKb)) slot.outdated = true
    if (facts.hooked !== true) {
      this.#end(slot, ended)
      this.#free(slot, facts.spent === true)
    } else if (current.ended) {
      this.#send(slot, ['hooks', number, null])
    } else {
      this.#end(slot, { ...ended, hooks: (end) => this.#runHooks(slot, current, end) })
    }
  }

  #answer(slot: Slot, question: number, work: Promise<void>): void {
    work.then(
      () => this.#send(slot, ['answer', question, null]),
      (error: unknown) =>
        this.#send(slot, ['answer', question, error instanceof Error ? error.message : String(error)]),
    )
  }

  #runHooks(slot: Slot, current: Current, end: Parameters<NonNullable<Outcome['hooks']>>[0]): Promise<void> {
    if (slot.current !== current) return Promise.resolve()
    return new Promise((resolve) => {
      current.hooked = resolve
      this.#send(slot, ['hooks', current.number, end])
    })
  }

  /** POL-1: the first outcome counts. */
  #end(slot: Slot, outcome: Outcome): void {
    const { current } = slot
    if (current === null || current.ended) return
    current.ended = true
    current.limits?.abort()
    this.#running--
    current.job.ended(outcome)
  }

  /** The child has done with its job. */
  #free(slot: Slot, atOnce: boolean): void {
    slot.current = null
    if (slot.state === 'leaving') return
    if (!slot.outdated && this.#surplus() <= 0) this.#release(slot)
    else if (atOnce) this.#kill(slot)
    else this.#retire(slot)
    this.#fill()
  }

  #release(slot: Slot): void {
    slot.state = 'idle'
    this.#idle.push(slot)
    for (const listener of this.#listeners) listener()
  }

  #isWorn(slot: Slot, memoryKb = 0): boolean {
    const { maxTasksPerChild, maxMemoryPerChildKb } = this.#options
    if (maxTasksPerChild !== null && slot.writes >= maxTasksPerChild) return true
    return maxMemoryPerChildKb !== null && memoryKb > maxMemoryPerChildKb
  }

  /** Lets it go in its own time. */
  #retire(slot: Slot): void {
    this.#leave(slot)
    this.#send(slot, ['exit'])
    void this.#endLater(slot, LEAVE_MS, 'leaving')
  }

  #kill(slot: Slot): void {
    this.#leave(slot)
    slot.child?.kill(SIGKILL)
  }

  #leave(slot: Slot): void {
    slot.state = 'leaving'
    const index = this.#idle.indexOf(slot)
    if (index >= 0) this.#idle.splice(index, 1)
  }

  #lost(slot: Slot, code: number | null, signal: string | null): void {
    const wasStarting = slot.state === 'starting'
    this.#leave(slot)
    this.#slots.delete(slot)
    const { current } = slot
    if (current !== null) this.#end(slot, { type: 'lost', reason: lostText(code, signal, current.number) })
    current?.hooked?.()
    slot.current = null
    slot.gone.resolve()
    if (wasStarting && !this.#stopped) this.#respawn.failed(lostText(code, signal, null), ASKS_TO_END.has(signal))
    this.#fill()
  }

  async #watchLimits(slot: Slot, current: Current, ended: AbortSignal): Promise<void> {
    const { clock, log } = this.#options.run.runtime
    const { softLimitMs, hardLimitMs, hand } = current.job
    if (softLimitMs !== null) {
      await clock.sleep(softLimitMs, ended)
      if (ended.aborted) return
      log.warning(`Soft time limit (${softLimitMs / 1000}s) exceeded for ${hand.message.task}[${hand.message.id}]`)
      this.#send(slot, ['soft', current.number])
    }
    if (hardLimitMs === null) return
    await clock.sleep(hardLimitMs - (softLimitMs ?? 0), ended)
    if (ended.aborted) return
    this.#end(slot, { type: 'timed-out', limitSeconds: hardLimitMs / 1000 })
    this.#kill(slot)
    this.#fill()
  }

  #send(slot: Slot, message: ToChild): void {
    slot.child?.send(writeLine(message))
  }
}
