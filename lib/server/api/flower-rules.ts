/** What several of Flower's routes ask first. */
import { UmbelError } from '../../errors.ts'
import type { Monitored } from '../monitored.ts'

/** Throws `request/read-only` where nobody may change anything. */
export function mustBeWritable(monitor: Monitored): void {
  if (monitor.status().readOnly) throw new UmbelError('request/read-only', {})
}

/** A task that some worker has registered, or that was seen; without an answer from any worker, every name. */
export function knownTask(monitor: Monitored, name: string): string {
  const { inspector, cluster } = monitor
  let answers = 0
  for (const worker of inspector.known()) {
    const registered = inspector.answers(worker).registered?.value
    if (!Array.isArray(registered)) continue
    answers += 1
    // `proj.add [rate_limit=10/m]`: what follows the name tells of the task (wire.md D3).
    if (registered.some((entry) => String(entry).split(' ')[0] === name)) return name
  }
  if (answers === 0 || cluster.taskNames().includes(name)) return name
  throw new UmbelError('task/unknown', { id: name.slice(0, 500) })
}
