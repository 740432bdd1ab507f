import type { ClusterReader } from '../contracts.ts'

/** Fewer runs say nothing about the next one. */
const FEWEST = 5
const MOST = 2_000

/** How long successful runs of this task took, of the tasks that are kept; null when they are too few. */
export function usualRuntime(
  cluster: ClusterReader,
  name: string | null,
): { readonly medianMs: number; readonly p95Ms: number } | null {
  if (name === null) return null
  const runs: number[] = []
  for (const task of cluster.tasks()) {
    if (task.name !== name || task.state !== 'SUCCESS' || task.runtime === null) continue
    runs.push(task.runtime * 1_000)
    if (runs.length >= MOST) break
  }
  if (runs.length < FEWEST) return null
  runs.sort((a, b) => a - b)
  const at = (share: number) => runs[Math.min(runs.length - 1, Math.floor(runs.length * share))] ?? 0
  return { medianMs: at(0.5), p95Ms: at(0.95) }
}
