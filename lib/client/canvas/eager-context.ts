/** `self` of a bound task that runs here instead of in a worker (client-cli.md A6). */
import { Ignore, Retry } from '../../protocol/exceptions.ts'
import { argsRepr, kwargsRepr } from '../../protocol/repr.ts'
import type { SignatureData } from '../../protocol/signature.ts'
import { celeryError } from '../celery-error.ts'
import type { RegisteredTask } from '../task.ts'
import type { RetryCall, TaskContext } from '../task-context.ts'
import type { ErrorKind } from '../task-options.ts'
import type { TaskRequest } from '../task-request.ts'
import type { CanvasApp } from './canvas-app.ts'
import { replacementOf } from './replacement.ts'

const DEFAULT_MAX_RETRIES = 3

export class EagerTask implements TaskContext {
  readonly name: string
  readonly request: TaskRequest
  readonly maxRetries: number | null
  /** Nobody asks it to stop. */
  readonly signal = new AbortController().signal
  /** The next try, when there is to be one. */
  again: RetryCall | null = null
  /** What the canvas that took its place has given. */
  replaced: { readonly value: unknown } | null = null
  readonly #app: CanvasApp
  readonly #onReplace: RegisteredTask['options']['onReplace']

  constructor(app: CanvasApp, { name, options }: RegisteredTask, request: TaskRequest) {
    this.name = name
    this.request = request
    this.maxRetries = options.maxRetries === undefined ? DEFAULT_MAX_RETRIES : options.maxRetries
    this.#app = app
    this.#onReplace = options.onReplace
  }

  /** The next try comes at once: an eager task waits for no time. */
  retry(call: RetryCall = {}): Retry {
    const { args, kwargs, retries, id } = this.request
    const most = call.maxRetries ?? this.maxRetries
    if (most !== null && retries + 1 > most) {
      const shown = `args:${argsRepr(args)} kwargs:${kwargsRepr(kwargs)}`
      throw call.exc ?? celeryError('MaxRetriesExceededError', [`Can't retry ${this.name}[${id}] ${shown}`])
    }
    this.again = call
    const verdict = new Retry('Retry', { cause: call.exc })
    if (call.throw !== false) throw verdict
    return verdict
  }

  async updateState({ state, meta, taskId }: Parameters<TaskContext['updateState']>[0]): Promise<void> {
    if (this.#app.conf.result_backend === null) return
    const { store } = await this.#app.resultSource()
    const stored = { status: state, result: meta ?? null, traceback: null, children: [], date_done: null }
    await store.set({ ...stored, task_id: taskId ?? this.request.id }, this.#app.compiled.resultExpiresMs)
  }

  /** There is no worker to hear of. */
  sendEvent(): void {}

  /** The replacement runs here as well, and its value is this task's. */
  async replace(sig: SignatureData): Promise<never> {
    const replacement = replacementOf(this.request, sig)
    await this.#onReplace?.call(this, replacement)
    const result = await replacement.apply()
    this.replaced = { value: result === null ? null : await result.get({ disableSyncSubtasks: false }) }
    throw new Ignore('Replaced by new task')
  }

  async addToChord(): Promise<never> {
    throw celeryError('ValueError', ['Current task is not member of any chord'], 'builtins')
  }
}

export function isKindOf(error: unknown, kind: ErrorKind): boolean {
  return typeof kind === 'function' ? error instanceof kind : error instanceof Error && error.name === kind
}
