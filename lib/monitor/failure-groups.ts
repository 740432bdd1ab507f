/** Failures that are alike: the same task, the same class of exception. At most `maxGroups`; the one that did not happen for longest goes. */
import { errorClass } from './error-class.ts'

export interface FailureGroup {
  readonly id: string
  readonly task: string | null
  /** The class, as the repr begins: `ValueError`. */
  readonly exception: string
  readonly count: number
  readonly firstMs: number
  readonly lastMs: number
}

export interface FailureGroups {
  note(task: string | null, exception: string | null, atMs: number): void
  /** Those that happened last, newest first. */
  list(limit: number): readonly FailureGroup[]
}

interface Group extends FailureGroup {
  count: number
  lastMs: number
}

export function createFailureGroups(maxGroups: number): FailureGroups {
  // In the order of their last failure.
  const groups = new Map<string, Group>()
  return {
    note(task, exception, atMs) {
      const name = errorClass(exception)
      const id = `${task ?? ''} ${name}`
      const known = groups.get(id)
      if (known !== undefined) groups.delete(id)
      else if (groups.size >= maxGroups) {
        const [quietest] = groups.keys()
        if (quietest !== undefined) groups.delete(quietest)
      }
      const group = known ?? { id, task, exception: name, count: 0, firstMs: atMs, lastMs: atMs }
      group.count++
      group.lastMs = Math.max(group.lastMs, atMs)
      groups.set(id, group)
    },
    list: (limit) =>
      [...groups.values()]
        .slice(-limit)
        .reverse()
        .map((group) => ({ ...group })),
  }
}
