/** The stored result of a watched task, read in the background and again when the task has moved on. */
import { messageOf } from '../../errors.ts'
import type { ResultStore, TaskMeta } from '../../results/results.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { Touch } from './source.ts'
import { isFinal } from './task-row.ts'

/** A task in a loop of retries must not ask the store more often. */
const SHORTEST_MS = 1_000

export interface TaskResult {
  /** Null: nothing is stored, or it was not read yet. */
  readonly meta: TaskMeta | null
  readonly readable: boolean
  /** To be called when the task changed; asks the store when what it has is older than that. */
  look(state: string | null): void
}

export function taskResult(
  results: ResultStore | null,
  id: string,
  runtime: Runtime,
  onMeta: (meta: TaskMeta) => void,
  touch: Touch,
): TaskResult {
  let meta: TaskMeta | null = null
  let readable = results !== null
  let reading = false
  let readState: string | null | undefined
  let readMs = Number.NEGATIVE_INFINITY

  const read = async (store: ResultStore, state: string | null) => {
    reading = true
    readMs = runtime.clock.monotonicMs()
    try {
      const found = await store.get(id)
      readState = state
      readable = true
      if (found === null) return
      meta = found
      onMeta(found)
    } catch (error) {
      readable = false
      runtime.log.debug('A result could not be read', { id, reason: messageOf(error) })
    } finally {
      reading = false
      touch()
    }
  }

  return {
    get meta() {
      return meta
    },
    get readable() {
      return readable
    },
    look(state) {
      if (results === null || reading) return
      if (runtime.clock.monotonicMs() - readMs < SHORTEST_MS) return
      // The result of an ended task is stored a moment before or after its event: looked for until it is there.
      const settled = readState === state && (state === null || !isFinal(state) || isFinal(meta?.status ?? ''))
      if (!settled || !readable) void read(results, state)
    },
  }
}
