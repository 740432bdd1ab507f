import { INSPECT_COMMANDS, type Inspector, type WorkerAnswers } from '../../monitor/contracts.ts'

/** Flower's worker info: what inspect answered, raw, and when, in epoch seconds (flower.md 2.2). Null: it never did. */
export function flowerWorker(answers: WorkerAnswers): Readonly<Record<string, unknown>> | null {
  const info: Record<string, unknown> = {}
  let lastMs = Number.NEGATIVE_INFINITY
  for (const command of INSPECT_COMMANDS) {
    const answer = answers[command]
    if (answer === undefined) continue
    info[command] = command === 'stats' ? withoutAlternates(answer.value) : answer.value
    lastMs = Math.max(lastMs, answer.atMs)
  }
  if (lastMs === Number.NEGATIVE_INFINITY) return null
  info['timestamp'] = lastMs / 1_000
  return info
}

export function flowerWorkers(inspector: Inspector, names: Iterable<string>): Readonly<Record<string, unknown>> {
  const workers: Record<string, unknown> = Object.create(null) // a worker may be named __proto__
  for (const name of names) {
    const info = flowerWorker(inspector.answers(name))
    if (info !== null) workers[name] = info
  }
  return workers
}

/** Other broker URLs of the worker, with their passwords; Flower leaves them out too (flower.md 0.2). */
function withoutAlternates(stats: unknown): unknown {
  if (typeof stats !== 'object' || stats === null || !('broker' in stats)) return stats
  const { broker } = stats
  if (typeof broker !== 'object' || broker === null || !('alternates' in broker)) return stats
  const { alternates: _, ...rest } = broker
  return { ...stats, broker: rest }
}
