/** What several of Flower's routes ask first. */
import { UmbelError } from '../../errors.ts'
import type { Monitored } from '../monitored.ts'
import type { Arguments } from './arguments.ts'

/** Throws `request/read-only` where nobody may change anything. */
export function mustBeWritable(monitor: Monitored): void {
  if (monitor.status().readOnly) throw new UmbelError('request/read-only', {})
}

/** What every Celery application has; workers do not tell of these. */
const BUILT_IN: ReadonlySet<string> = new Set(
  ['accumulate', 'backend_cleanup', 'chain', 'chord', 'chord_unlock', 'chunks', 'group', 'map', 'starmap'].map(
    (name) => `celery.${name}`,
  ),
)

/** A task that some worker has registered, or one of Celery's own; where no worker told what it has, one that was seen. */
export function knownTask(monitor: Monitored, name: string): string {
  if (BUILT_IN.has(name)) return name
  const { inspector, cluster } = monitor
  let answers = 0
  for (const worker of inspector.known()) {
    const registered = inspector.answers(worker).registered?.value
    if (!Array.isArray(registered)) continue
    answers += 1
    // `proj.add [rate_limit=10/m]`: what follows the name tells of the task (wire.md D3).
    if (registered.some((entry) => String(entry).split(' ')[0] === name)) return name
  }
  if (answers === 0 && cluster.taskNames().includes(name)) return name
  throw new UmbelError('task/unknown', { id: name.slice(0, 500) })
}

/** Throws `request/missing-argument` where it is missing or empty. */
export function need(args: Arguments, name: string): string {
  const value = args.text(name)
  if (value === null || value === '') throw new UmbelError('request/missing-argument', { name })
  return value
}

/** Throws as `need`, and `request/invalid-argument`. */
export function needInteger(args: Arguments, name: string): number {
  need(args, name)
  return args.integer(name) ?? 0
}
