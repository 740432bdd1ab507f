/** The result of a task that has run here already, instead of being sent (client-cli.md A6). */

import { encodeException } from '../protocol/exception-info.ts'
import { isReady, PROPAGATE_STATES } from '../protocol/states.ts'
import type { TaskMeta } from '../results/results.ts'
import { AsyncResult, type GetOptions } from './async-result.ts'
import { celeryError } from './celery-error.ts'
import type { Replies } from './control/control.ts'
import { mustNotBlock } from './join-rule.ts'
import type { ResultHome } from './result-home.ts'
import type { ResultNode } from './result-nodes.ts'

export interface EagerEnd {
  readonly id: string
  readonly name: string
  /** Also IGNORED and REJECTED, which no backend stores. */
  readonly state: string
  /** The value, or what was thrown, as it is. */
  readonly value: unknown
  readonly traceback: string | null
}

export class EagerResult<R = unknown> extends AsyncResult<R> {
  #end: EagerEnd
  readonly #home: ResultHome

  constructor(end: EagerEnd, home: ResultHome, parent: ResultNode | null = null) {
    super(end.id, home, { parent })
    this.#end = end
    this.#home = home
  }

  /** The same end, after another step. */
  after(parent: ResultNode | null): EagerResult<R> {
    return new EagerResult<R>(this.#end, this.#home, parent)
  }

  /** What `get` gives or throws, without asking whether one may wait here. */
  take(propagate = true): R {
    const { state, value } = this.#end
    if (propagate && PROPAGATE_STATES.has(state)) throw value
    return (state === 'SUCCESS' || PROPAGATE_STATES.has(state) ? value : null) as R // what the task returned
  }

  override async get({ propagate = true, disableSyncSubtasks = true, callback }: GetOptions<R> = {}): Promise<R> {
    if (disableSyncSubtasks) mustNotBlock()
    const value = this.take(propagate)
    callback?.(this.id, value)
    return value
  }

  override async meta(): Promise<TaskMeta> {
    const { id, name, state, value, traceback } = this.#end
    const result = isReady(state) && state !== 'SUCCESS' ? encodeException(value) : value
    return { task_id: id, status: state, result, traceback, name, children: [], date_done: null }
  }

  override async result(): Promise<unknown> {
    return this.#end.value
  }

  override async ready(): Promise<boolean> {
    return true
  }

  override async forget(): Promise<void> {}

  /** It is over; from now on it counts as revoked. */
  override async revoke(): Promise<Replies> {
    this.#end = { ...this.#end, state: 'REVOKED', value: celeryError('TaskRevokedError', ['revoked']), traceback: null }
    return null
  }
}
