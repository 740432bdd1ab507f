/** Several results together (client-cli.md A5). */
import { isReady, PROPAGATE_STATES } from '../protocol/states.ts'
import type { TaskMeta } from '../results/results.ts'
import type { AsyncResult } from './async-result.ts'
import type { Replies } from './control/control.ts'
import { checkGetOptions } from './get-option-kinds.ts'
import { mustNotBlock } from './join-rule.ts'
import { storedValue, toError } from './remote-error.ts'
import { type ResultHome, type RevokeResultOptions, revokeOptionsOf } from './result-home.ts'
import type { ResultNode } from './result-nodes.ts'
import { ResultTimeoutError, type WaitOptions, waitForMetas } from './result-wait.ts'

export interface JoinOptions extends WaitOptions {
  /** False: errors stand among the values instead of being thrown. */
  readonly propagate?: boolean
  /** Gets each value; nothing is collected then. */
  readonly callback?: (id: string, value: unknown) => void
}

export class ResultSet {
  results: ResultNode[]
  protected readonly home: ResultHome

  constructor(results: Iterable<ResultNode>, home: ResultHome) {
    this.results = [...results]
    this.home = home
  }

  /** One that is in it already is not added again. */
  add(result: ResultNode): void {
    if (!this.results.some((one) => one.id === result.id)) this.results.push(result)
  }

  /** Throws for one that is not in it. */
  remove(result: ResultNode | string): void {
    const before = this.results.length
    this.discard(result)
    if (this.results.length === before) throw new RangeError(`${String(result)} is not in this set of results`)
  }

  discard(result: ResultNode | string): void {
    const id = typeof result === 'string' ? result : result.id
    this.results = this.results.filter((one) => one.id !== id)
  }

  update(results: Iterable<ResultNode>): void {
    for (const result of results) this.add(result)
  }

  clear(): void {
    this.results = []
  }

  get length(): number {
    return this.results.length
  }

  at(index: number): ResultNode | undefined {
    return this.results.at(index)
  }

  [Symbol.iterator](): IterableIterator<ResultNode> {
    return this.results[Symbol.iterator]()
  }

  /** All have ended. */
  async ready(): Promise<boolean> {
    return (await this.#states()).every(isReady)
  }

  /** All have ended well. */
  async successful(): Promise<boolean> {
    return (await this.#states()).every((state) => state === 'SUCCESS')
  }

  /** At least one has failed. */
  async failed(): Promise<boolean> {
    return (await this.#states()).includes('FAILURE')
  }

  /** At least one has not ended. */
  async waiting(): Promise<boolean> {
    return !(await this.ready())
  }

  /** How many members have ended well. */
  async completedCount(): Promise<number> {
    const states = await this.#states()
    const done = new Set(this.leaves().flatMap(({ id }, index) => (states[index] === 'SUCCESS' ? [id] : [])))
    return this.results.filter((result) => result.leaves().every(({ id }) => done.has(id))).length
  }

  /** Throws the first error among those that have failed. */
  async maybeThrow(options: { readonly propagate?: boolean } = {}): Promise<void> {
    await this.#states()
    for (const result of this.results) await result.maybeThrow(options)
  }

  /** The values in order. As they come where the backend tells of them, else one after the other. */
  async get(options: JoinOptions = {}): Promise<unknown[]> {
    const { store } = await this.home.resultSource()
    return store.supports.subscribe ? this.joinNative(options) : this.join(options)
  }

  /** The values in order; throws the first failure in order. One `timeout` for all. With a callback: nothing. */
  join(options: JoinOptions = {}): Promise<unknown[]> {
    return this.#join(options, true)
  }

  /** The same; throws the failure that is seen first. The others go on. */
  joinNative(options: JoinOptions = {}): Promise<unknown[]> {
    return this.#join(options, false)
  }

  /** Ids and metas in the order in which the tasks end. */
  async *iterNative(options: WaitOptions = {}): AsyncGenerator<readonly [string, TaskMeta]> {
    const ready: TaskMeta[] = []
    let wake: () => void = () => {}
    let failure: unknown = null
    let over = false
    const stop = new AbortController()
    const waiting = this.#waitForLeaves(options, (meta) => {
      ready.push(meta)
      wake()
      return stop.signal.aborted
    }).then(
      () => {
        over = true
        wake()
      },
      (error: unknown) => {
        failure = error
        over = true
        wake()
      },
    )
    try {
      for (;;) {
        for (let meta = ready.shift(); meta !== undefined; meta = ready.shift()) yield [meta.task_id, meta]
        if (over && ready.length === 0) break
        await new Promise<void>((resolve) => {
          wake = resolve
          if (over || ready.length > 0) resolve()
        })
      }
      await waiting
      if (failure !== null) throw failure
    } finally {
      stop.abort()
    }
  }

  /** The values in the order in which the tasks end; throws at one that failed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<unknown> {
    for await (const [, meta] of this.iterNative()) {
      if (PROPAGATE_STATES.has(meta.status)) throw toError(meta.result, meta.traceback)
      yield storedValue(meta)
    }
  }

  async forget(): Promise<void> {
    await Promise.all(this.results.map((result) => result.forget()))
  }

  /** One message for all. */
  revoke(options: RevokeResultOptions = {}): Promise<Replies> {
    return this.home.control.revoke(
      this.leaves().map(({ id }) => id),
      revokeOptionsOf(options),
    )
  }

  /** The tasks of which this consists, those of groups in it too. */
  leaves(): readonly AsyncResult[] {
    return this.results.flatMap((result) => result.leaves())
  }

  async #join(options: JoinOptions, inOrder: boolean): Promise<unknown[]> {
    checkGetOptions(options)
    const { propagate = true, callback, disableSyncSubtasks = true } = options
    if (disableSyncSubtasks) mustNotBlock()
    const leaves = this.leaves()
    const metas = new Map<string, TaskMeta>()
    let next = 0
    const check = (meta: TaskMeta | undefined) => {
      if (meta === undefined) return
      if (propagate && PROPAGATE_STATES.has(meta.status)) throw toError(meta.result, meta.traceback)
      callback?.(meta.task_id, storedValue(meta))
    }
    await this.#waitForLeaves(options, (meta) => {
      metas.set(meta.task_id, meta)
      if (!inOrder) check(meta)
      for (let leaf = leaves[next]; inOrder && leaf !== undefined && metas.has(leaf.id); leaf = leaves[++next]) {
        check(metas.get(leaf.id))
      }
      return false
    })
    return callback === undefined ? this.results.map((result) => valueIn(result, metas)) : []
  }

  /** Hands over each leaf's meta once, when it has ended; resolves when all have, or `onReady` says that it is enough. */
  async #waitForLeaves(options: WaitOptions, onReady: (meta: TaskMeta) => boolean): Promise<void> {
    const leaves = new Map(this.leaves().map((leaf) => [leaf.id, leaf]))
    const open = new Set([...leaves].filter(([, leaf]) => !leaf.ignored).map(([id]) => id))
    if (open.size === 0) return
    await waitForMetas(await this.home.resultSource(), [...open], options, (meta) => {
      if (!isReady(meta.status) || !open.delete(meta.task_id)) return false
      leaves.get(meta.task_id)?.observe(meta)
      return onReady(meta) || open.size === 0
    })
    if (open.size > 0 && options.timeout === 0) throw new ResultTimeoutError()
  }

  /** Of all tasks, in one question; what has ended is remembered. */
  async #states(): Promise<readonly string[]> {
    const leaves = this.leaves()
    if (leaves.length === 0) return []
    const { store } = await this.home.resultSource()
    const metas = await store.getMany(leaves.map(({ id }) => id))
    for (const [index, leaf] of leaves.entries()) leaf.observe(metas[index] ?? null)
    return metas.map((meta) => meta?.status ?? 'PENDING')
  }
}

function valueIn(result: ResultNode, metas: ReadonlyMap<string, TaskMeta>): unknown {
  if (result instanceof ResultSet) return result.results.map((one) => valueIn(one, metas))
  const meta = metas.get(result.id)
  return meta === undefined ? null : storedValue(meta)
}
