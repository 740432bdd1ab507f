/** What a worker told of the tasks that it can run: `proj.add [exchange=x rate_limit=10/m]` (wire.md D3). */
import type { WorkerAnswers } from './contracts.ts'
import { asList } from './served-queues.ts'

/** Null when it told of none. */
export function hasRegistered(answers: WorkerAnswers, task: string): boolean | null {
  const told = asList(answers.registered?.value)
  return told.length === 0 ? null : lineOf(told, task) !== null
}

/** `10/m`; null when it told of no limit. */
export function toldRateLimit(answers: WorkerAnswers, task: string): string | null {
  const line = lineOf(asList(answers.registered?.value), task)
  return line === null ? null : (/\brate_limit=([^\s\]]+)/.exec(line.slice(task.length))?.[1] ?? null)
}

function lineOf(told: readonly unknown[], task: string): string | null {
  const found = told.find((line) => line === task || (typeof line === 'string' && line.startsWith(`${task} [`)))
  return typeof found === 'string' ? found : null
}
