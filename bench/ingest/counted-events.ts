/** `flower_events_total` as both programs print it, by `worker type task`. */
const SAMPLE = /^flower_events_total\{task="([^"]*)",type="([^"]*)",worker="([^"]*)"\} ([\d.e+]+)$/gm

export async function countedEvents(url: string): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const counts = new Map<string, number>()
  for (const [, task, type, worker, value] of text.matchAll(SAMPLE))
    counts.set(`${worker} ${type} ${task}`, Number(value))
  return counts
}

export function total(counts: ReadonlyMap<string, number>): number {
  let sum = 0
  for (const count of counts.values()) sum += count
  return sum
}

/** What is in `after` and was not in `before`. */
export function difference(after: ReadonlyMap<string, number>, before: ReadonlyMap<string, number>) {
  return new Map([...after].map(([key, count]) => [key, count - (before.get(key) ?? 0)] as const))
}

/** Events that are counted under another worker, type or task than the one they belong to, or not at all. */
export function lost(truth: ReadonlyMap<string, number>, counted: ReadonlyMap<string, number>): number {
  let missing = 0
  for (const [key, count] of truth) missing += Math.max(0, count - (counted.get(key) ?? 0))
  return missing
}
