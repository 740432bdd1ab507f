/** A subscription for backends that cannot tell: looks again and again, and tells what has changed. */
import { isReady } from '../protocol/states.ts'
import type { TaskMeta } from '../protocol/task-meta.ts'
import type { Clock } from '../runtime/clock.ts'
import type { ResultSubscription } from './results.ts'

export interface PollingOptions {
  readonly getMany: (ids: readonly string[]) => Promise<readonly (TaskMeta | null)[]>
  readonly clock: Clock
  readonly everyMs?: number
}

const EVERY_MS = 100

/** The first look is done when this resolves; later ones that fail are repeated. */
export async function pollingSubscription(
  ids: readonly string[],
  onMeta: (meta: TaskMeta) => void,
  { getMany, clock, everyMs = EVERY_MS }: PollingOptions,
): Promise<ResultSubscription> {
  const closed = new AbortController()
  const open = new Map<string, string | null>()

  async function look(asked: readonly string[]): Promise<void> {
    for (const meta of await getMany(asked)) {
      if (closed.signal.aborted) return
      if (meta === null) continue
      const seen = JSON.stringify([meta.status, meta.date_done, meta.result], plainly)
      if (!open.has(meta.task_id) || open.get(meta.task_id) === seen) continue
      if (isReady(meta.status)) open.delete(meta.task_id)
      else open.set(meta.task_id, seen)
      onMeta(meta)
    }
  }
  async function lookOn(): Promise<void> {
    for (;;) {
      await clock.sleep(everyMs, closed.signal)
      if (closed.signal.aborted) return
      await look([...open.keys()]).catch(() => {}) // the backend is away; the next look says what was missed
    }
  }
  async function add(more: readonly string[]): Promise<void> {
    for (const id of more) if (!open.has(id)) open.set(id, null)
    await look(more)
  }

  await add(ids)
  void lookOn()
  return { add, close: async () => closed.abort() }
}

function plainly(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}
