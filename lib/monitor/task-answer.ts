/** The stored result of one task, as Flower's API tells it (flower.md 2.4), read once or waited for. */
import { storedValue } from '../client/remote-error.ts'
import { exactRepr } from '../protocol/exact-repr.ts'
import { isReady, PENDING } from '../protocol/states.ts'
import type { ResultStore, TaskMeta } from '../results/results.ts'
import type { Runtime } from '../runtime/runtime.ts'

export interface TaskAnswer {
  readonly state: string
  /** It has ended; only then the next two mean something. */
  readonly ready: boolean
  /** Plain JSON; what is not, as Python writes it: `ValueError('boom')`. */
  readonly result: unknown
  readonly traceback: string | null
}

/** `waitMs` 0 = as it is now, null = until `signal`. Throws the problems of the result backend. */
export async function taskAnswer(
  id: string,
  { results, runtime }: { readonly results: ResultStore; readonly runtime: Runtime },
  { waitMs, signal }: { readonly waitMs: number | null; readonly signal: AbortSignal },
): Promise<TaskAnswer> {
  const now = await results.get(id)
  if (waitMs === 0 || isEnd(now)) return answerOf(now)
  const over = new AbortController()
  let last = now
  const listening = await results.subscribe([id], (meta) => {
    last = meta
    if (isEnd(meta)) over.abort()
  })
  try {
    const either = AbortSignal.any([over.signal, signal])
    await (waitMs === null ? aborted(either) : runtime.clock.sleep(waitMs, either))
  } finally {
    await listening.close()
  }
  return answerOf(last)
}

function isEnd(meta: TaskMeta | null): boolean {
  return meta !== null && isReady(meta.status)
}

function answerOf(meta: TaskMeta | null): TaskAnswer {
  if (meta === null) return { state: PENDING, ready: false, result: null, traceback: null }
  return {
    state: meta.status,
    ready: isReady(meta.status),
    result: plain(storedValue(meta)),
    traceback: meta.traceback,
  }
}

function plain(value: unknown): unknown {
  if (!(value instanceof Error)) return value
  const args = 'args' in value && Array.isArray(value.args) ? value.args : [value.message]
  return `${value.name}(${args.map((arg) => exactRepr(arg)).join(', ')})`
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
