import type { WorkerAnswers } from './contracts.ts'

const BROADCAST_PREFIX = 'bcast.'

/** Names of the queues a worker consumes, from its `active_queues`; Broadcast queues are channels, not lists (wire.md D4). */
export function servedQueues(answers: WorkerAnswers): readonly string[] {
  const names: string[] = []
  for (const queue of asList(answers.active_queues?.value)) {
    const name = field(queue, 'name')
    if (typeof name === 'string' && !name.startsWith(BROADCAST_PREFIX)) names.push(name)
  }
  return names
}

/** The value as a list; an answer of a worker may be anything. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** A field of what should be an object. */
export function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return (value as Record<string, unknown>)[name] // an object that has it, just checked
}
