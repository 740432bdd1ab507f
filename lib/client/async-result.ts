/** The result of a task that was sent, wherever it runs. Names are the camelCase of Celery's (client-cli.md A5). */
import { isReady, PENDING, PROPAGATE_STATES, SUCCESS } from '../protocol/states.ts'
import type { TaskMeta } from '../results/results.ts'
import type { ResultTuple } from './canvas/result-node.ts'
import type { Replies } from './control/control.ts'
import { checkGetOptions } from './get-option-kinds.ts'
import { mustNotBlock } from './join-rule.ts'
import { storedValue, toError } from './remote-error.ts'
import { type ResultHome, type RevokeResultOptions, revokeOptionsOf, type StampedHeaders } from './result-home.ts'
import type { ResultNode } from './result-nodes.ts'
import { ResultTimeoutError, type WaitOptions, waitForMetas } from './result-wait.ts'

export interface GetOptions<R = unknown> extends WaitOptions {
  /** False: a failed task gives its error as the value instead of throwing it. */
  readonly propagate?: boolean
  /** False: a failed step before this one is not looked for. */
  readonly followParents?: boolean
  readonly callback?: (id: string, value: R) => void
}

export interface AsyncResultOptions {
  /** The step before; for the body of a chord its header. */
  readonly parent?: ResultNode | null
  /** Nothing is stored for this call: `get` gives null at once. */
  readonly ignored?: boolean
}

/** A result that something was to be read from has not ended. */
export class IncompleteStream extends Error {
  override readonly name = 'IncompleteStream'
}

export class AsyncResult<R = unknown> {
  readonly id: string
  readonly parent: ResultNode | null
  readonly ignored: boolean
  readonly #home: ResultHome
  #ended: TaskMeta | null = null

  constructor(id: string, home: ResultHome, options: AsyncResultOptions = {}) {
    this.id = id
    this.parent = options.parent ?? null
    this.ignored = options.ignored ?? false
    this.#home = home
  }

  /** Waits until the task has ended. Throws what the task threw, or a step before it, and ResultTimeoutError. */
  async get(options: GetOptions<R> = {}): Promise<R> {
    checkGetOptions(options)
    const { propagate = true, followParents = true, disableSyncSubtasks = true, callback } = options
    if (this.ignored) return null as R // Celery's None: there is nothing to wait for
    if (disableSyncSubtasks) mustNotBlock()
    const meta = this.#ended ?? (await this.#wait(options, propagate && followParents ? this.#ancestors() : []))
    const value = settle<R>(meta, propagate)
    callback?.(this.id, value)
    return value
  }

  /** The same as `get`. */
  wait(options: GetOptions<R> = {}): Promise<R> {
    return this.get(options)
  }

  /** What is stored, or null; Celery calls that PENDING. Once it has ended it is not read again. */
  async meta(): Promise<TaskMeta | null> {
    if (this.#ended !== null) return this.#ended
    const meta = await (await this.#home.resultSource()).store.get(this.id)
    return this.#remember(meta)
  }

  async state(): Promise<string> {
    return (await this.meta())?.status ?? PENDING
  }

  status(): Promise<string> {
    return this.state()
  }

  /** The value, the error, or what the task told of its progress. */
  async result(): Promise<unknown> {
    const meta = await this.meta()
    return meta === null ? null : storedValue(meta)
  }

  info(): Promise<unknown> {
    return this.result()
  }

  async ready(): Promise<boolean> {
    return isReady(await this.state())
  }

  async successful(): Promise<boolean> {
    return (await this.state()) === SUCCESS
  }

  /** It raised. A revoked task has not. */
  async failed(): Promise<boolean> {
    return (await this.state()) === 'FAILURE'
  }

  /** Whether anything is stored. */
  async exists(): Promise<boolean> {
    return (await this.meta()) !== null
  }

  async traceback(): Promise<string | null> {
    return (await this.meta())?.traceback ?? null
  }

  async dateDone(): Promise<Date | null> {
    const text = (await this.meta())?.date_done ?? null
    // Celery <= 5.3 writes UTC without saying so (wire.md E2).
    return text === null ? null : new Date(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`)
  }

  /** This and the next five are stored only with `result_extended`. */
  async name(): Promise<string | null> {
    return (await this.meta())?.name ?? null
  }

  async args(): Promise<unknown> {
    return (await this.meta())?.args ?? null
  }

  async kwargs(): Promise<unknown> {
    return (await this.meta())?.kwargs ?? null
  }

  async worker(): Promise<string | null> {
    return (await this.meta())?.worker ?? null
  }

  async retries(): Promise<number | null> {
    return (await this.meta())?.retries ?? null
  }

  async queue(): Promise<string | null> {
    return (await this.meta())?.queue ?? null
  }

  /** Tasks that its body started, and what followed it. */
  async children(): Promise<readonly ResultNode[]> {
    return ((await this.meta())?.children ?? []).flatMap((tuple) => this.#home.resultFromTuple(tuple) ?? [])
  }

  /** Throws the error of a task that has failed; else gives its state. */
  async maybeThrow({ propagate = true }: { readonly propagate?: boolean } = {}): Promise<string> {
    const meta = await this.meta()
    if (meta !== null && propagate && PROPAGATE_STATES.has(meta.status)) throw toError(meta.result, meta.traceback)
    return meta?.status ?? PENDING
  }

  /** All that followed from this task, each with what it followed from. Throws IncompleteStream at one that runs. */
  async *iterdeps({ intermediate = false } = {}): AsyncGenerator<readonly [ResultNode | null, ResultNode]> {
    const open: (readonly [ResultNode | null, ResultNode])[] = [[null, this]]
    for (let next = open.shift(); next !== undefined; next = open.shift()) {
      const [, node] = next
      yield next
      if (await node.ready()) for (const child of await node.children()) open.push([node, child])
      else if (!intermediate) throw new IncompleteStream(`${node.id} has not ended`)
    }
  }

  /** The same with their values. */
  async *collect(
    options: GetOptions & { readonly intermediate?: boolean } = {},
  ): AsyncGenerator<readonly [ResultNode, unknown]> {
    const { intermediate = false, ...rest } = options
    for await (const [, node] of this.iterdeps({ intermediate })) yield [node, await node.get(rest)]
  }

  /** The value of the last of them. */
  async getLeaf(): Promise<unknown> {
    let value: unknown = null
    for await (const [, node] of this.iterdeps()) value = await node.get()
    return value
  }

  /** Deletes this result and those of the steps before it. */
  async forget(): Promise<void> {
    this.#ended = null
    await (await this.#home.resultSource()).store.delete(this.id)
    await this.parent?.forget()
  }

  revoke(options: RevokeResultOptions = {}): Promise<Replies> {
    return this.#home.control.revoke(this.id, revokeOptionsOf(options))
  }

  revokeByStampedHeaders(headers: StampedHeaders, options: RevokeResultOptions = {}): Promise<Replies> {
    return this.#home.control.revokeByStampedHeaders(headers, revokeOptionsOf(options))
  }

  asTuple(): ResultTuple {
    return [[this.id, this.parent?.asTuple() ?? null], null]
  }

  /** Ids from this one to the first step. */
  asList(): readonly string[] {
    return [this.id, ...(this.parent?.asList() ?? [])]
  }

  equals(other: unknown): boolean {
    return other instanceof AsyncResult ? other.id === this.id : other === this.id
  }

  toString(): string {
    return this.id
  }

  /** The tasks of which this consists: itself. */
  leaves(): readonly AsyncResult[] {
    return [this]
  }

  /** What was read elsewhere; kept when the task has ended. */
  observe(meta: TaskMeta | null): void {
    this.#remember(meta)
  }

  /** Tasks before this one, the farthest first. */
  #ancestors(): readonly AsyncResult[] {
    const found: AsyncResult[] = []
    for (let node = this.parent; node !== null; node = node.parent) found.unshift(...node.leaves())
    return found
  }

  async #wait(options: WaitOptions, ancestors: readonly AsyncResult[]): Promise<TaskMeta> {
    const ids = [...ancestors.map(({ id }) => id), this.id]
    let ended: TaskMeta | null = null
    await waitForMetas(await this.#home.resultSource(), ids, options, (meta) => {
      if (meta.task_id === this.id) {
        if (isReady(meta.status)) ended = this.#remember(meta)
      } else if (PROPAGATE_STATES.has(meta.status)) throw toError(meta.result, meta.traceback)
      return ended !== null
    })
    if (ended === null) throw new ResultTimeoutError()
    return ended
  }

  #remember(meta: TaskMeta | null): TaskMeta | null {
    if (meta !== null && isReady(meta.status)) this.#ended = meta
    return meta
  }
}

function settle<R>(meta: TaskMeta, propagate: boolean): R {
  if (propagate && PROPAGATE_STATES.has(meta.status)) throw toError(meta.result, meta.traceback)
  return storedValue(meta) as R // what the task returned, by the type it was declared with; or the error that was asked for
}

export { ResultTimeoutError } from './result-wait.ts'
