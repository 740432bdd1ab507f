/** Workers by what they have in common. Pure. */
import type { WorkerRow } from './worker-row.model.ts'

export const WORKER_GROUPINGS = ['none', 'host', 'queue', 'version'] as const
export type WorkerGrouping = (typeof WORKER_GROUPINGS)[number]

export interface WorkerGroup {
  readonly name: string
  readonly rows: readonly WorkerRow[]
  /** Of the workers that told their size. */
  readonly busy: number
  readonly slots: number
}

/** Groups by name; a worker is in the group of each queue that it takes from. The rows keep their order. */
export function groupWorkers(rows: readonly WorkerRow[], by: WorkerGrouping): readonly WorkerGroup[] {
  if (by === 'none') return []
  const groups = new Map<string, WorkerRow[]>()
  for (const row of rows) {
    for (const name of groupsOf(row, by)) {
      const group = groups.get(name)
      if (group === undefined) groups.set(name, [row])
      else group.push(row)
    }
  }
  return [...groups]
    .map(([name, members]) => ({
      name,
      rows: members,
      busy: members.reduce((sum, row) => sum + (row.concurrency === null ? 0 : (row.active ?? 0)), 0),
      slots: members.reduce((sum, row) => sum + (row.state === 'offline' ? 0 : (row.concurrency ?? 0)), 0),
    }))
    .sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }))
}

function groupsOf(row: WorkerRow, by: WorkerGrouping): readonly string[] {
  if (by === 'host') return [row.name.slice(row.name.indexOf('@') + 1)]
  if (by === 'version') return [row.software ?? 'not told']
  return row.queues.length === 0 ? ['no queue'] : row.queues
}

/** What a search looks for words in: each must be somewhere. */
export function matchesWords(row: WorkerRow, text: string): boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return true
  const all = [row.name, row.software, row.pool, row.state, row.now?.task, ...row.queues].join(' ').toLowerCase()
  return words.every((word) => all.includes(word))
}
