import { INSPECT_COMMANDS, type InspectCommand, type WorkerAnswers } from './contracts.ts'

export interface AnswerCache {
  /** Keeps `value` as the worker's last answer to `command`. Errors (`{"error": …}`) are no answers. */
  keep(worker: string, command: string, value: unknown, atMs: number): boolean
  of(worker: string): WorkerAnswers
  workers(): Iterable<string>
  forget(worker: string): void
}

const NOTHING: WorkerAnswers = {}

/**
 * What each worker answered last, by inspect command, with its age. At most `maxWorkers`; the one that answered
 * longest ago goes first. Lists are cut at `maxItems`: 100 workers that revoked 50,000 tasks each would fill the memory.
 */
export function createAnswerCache(maxWorkers: number, maxItems: number): AnswerCache {
  const byWorker = new Map<string, WorkerAnswers>()
  return {
    keep(worker, command, value, atMs) {
      if (!isInspectCommand(command) || !isAnswerTo(command, value)) return false
      const kept = Array.isArray(value) && value.length > maxItems ? value.slice(-maxItems) : value
      const before = byWorker.get(worker)
      byWorker.delete(worker)
      byWorker.set(worker, { ...before, [command]: { atMs, value: kept } })
      if (byWorker.size > maxWorkers) {
        for (const oldest of byWorker.keys()) {
          byWorker.delete(oldest)
          break
        }
      }
      return true
    },
    of: (worker) => byWorker.get(worker) ?? NOTHING,
    workers: () => byWorker.keys(),
    forget: (worker) => {
      byWorker.delete(worker)
    },
  }
}

function isInspectCommand(command: string): command is InspectCommand {
  return (INSPECT_COMMANDS as readonly string[]).includes(command)
}

/** `stats` and `conf` are objects, all others lists (wire.md D3). An object with only `error` is a failure. */
function isAnswerTo(command: InspectCommand, value: unknown): boolean {
  if (command !== 'stats' && command !== 'conf') return Array.isArray(value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const keys = Object.keys(value)
  return !(keys.length === 1 && keys[0] === 'error')
}
