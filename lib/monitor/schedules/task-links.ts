/** Finds, among the tasks of the cluster, the runs of the entries that are watched. */
import { argsRepr, kwargsRepr } from '../../protocol/repr.ts'
import type { ClusterReader } from '../contracts.ts'
import type { TaskRecord } from '../records.ts'
import { seenMs } from './book-run.ts'
import type { TrackedEntry } from './tracked-entry.ts'
import type { Turns } from './turns.ts'

export interface Candidate {
  readonly tracked: TrackedEntry
  /** Its store writes down each run. */
  readonly noted: boolean
}

export interface TaskLinks {
  /** The entries that are there now, and who writes down their runs. */
  begin(candidates: Iterable<Candidate>, find: (taskId: string) => TaskRecord | undefined): void
  /** An entry sends tasks of this name. */
  knows(task: string): boolean
  /** True when a run became known, or what became of one. */
  see(task: TaskRecord): boolean
  /** Looks through the tasks that are kept for runs of entries that are new. */
  search(cluster: ClusterReader, turns: Turns): Promise<boolean>
  /** Asks the books whether a second beat sends. True when one does that was not known. */
  findSecondBeats(nowMs: number): boolean
}

export function createTaskLinks(): TaskLinks {
  let byTask = new Map<string, Candidate[]>()
  const unexplained = new Set<Candidate>()

  function see(task: TaskRecord): boolean {
    if (task.name === null || !isFirst(task)) return false
    const candidates = byTask.get(task.name)
    if (candidates === undefined) return false
    const known = candidates.filter(({ tracked }) => tracked.book.has(task.uuid))
    if (known.length > 0) return changed(known.filter(({ tracked }) => tracked.book.refresh(task)))
    const atMs = seenMs(task)
    if (atMs === null) return false
    const offered = chosen(candidates, task, atMs)
    const taken = offered.filter(({ tracked, noted }) => tracked.book.offer(task, noted, tracked.emptyMs(atMs)))
    for (const each of offered) if (each.tracked.book.hasStrays) unexplained.add(each)
    return changed(taken)
  }

  return {
    begin(candidates, find) {
      byTask = new Map()
      unexplained.clear()
      const again: TaskRecord[] = []
      for (const candidate of candidates) {
        const { task } = candidate.tracked.stored.entry
        const same = byTask.get(task)
        if (same === undefined) byTask.set(task, [candidate])
        else same.push(candidate)
        // Another kind of beat may work now: its runs are told by their tasks.
        for (const id of candidate.noted ? [] : candidate.tracked.book.letStraysGo()) {
          const task = find(id)
          if (task !== undefined) again.push(task)
        }
        if (candidate.tracked.book.hasStrays) unexplained.add(candidate)
      }
      for (const task of again.sort(byTime)) see(task)
    },
    knows: (task) => byTask.has(task),
    see,
    async search(cluster, turns) {
      const isNew = [...byTask.values()].flat().filter(({ tracked }) => !tracked.searched)
      if (isNew.length === 0) return false
      for (const { tracked } of isNew) tracked.searched = true
      const names = new Set(isNew.map(({ tracked }) => tracked.stored.entry.task))
      const found: TaskRecord[] = []
      let any = false
      for (const task of cluster.tasks()) {
        if (task.name !== null && names.has(task.name) && isFirst(task)) found.push(task)
      }
      // Runs are told by the run before: in the order of time.
      found.sort(byTime)
      for (const task of found) {
        any = see(task) || any
        await turns.rest()
      }
      return any
    },
    findSecondBeats(nowMs) {
      let any = false
      for (const { tracked, noted } of unexplained) {
        const others = byTask.get(tracked.stored.entry.task) ?? []
        const isExplained = (id: string) =>
          others.some((other) => other.tracked !== tracked && other.tracked.book.has(id))
        const seen = tracked.book.secondBeatMs(noted ? tracked.notesReadMs : nowMs, noted, isExplained)
        if (seen === null || seen <= (tracked.secondBeatMs ?? 0)) continue
        tracked.secondBeatMs = seen
        tracked.dirty = true
        any = true
      }
      return any
    },
  }
}

/** Of several entries with one task: those with the same arguments, of them the one that is due. One of each source. */
function chosen(candidates: readonly Candidate[], task: TaskRecord, atMs: number): readonly Candidate[] {
  if (candidates.length === 1) return candidates
  const sameArgs = candidates.filter(({ tracked }) => sameArguments(tracked, task))
  const sameWords = sameArgs.filter(({ tracked }) => sameKeywords(tracked, task))
  const same = sameWords.length > 0 ? sameWords : sameArgs
  const best = new Map<string, { readonly candidate: Candidate; readonly lateMs: number }>()
  for (const candidate of same) {
    const lateMs = candidate.noted ? 0 : (candidate.tracked.book.latenessMs(atMs) ?? Number.POSITIVE_INFINITY)
    const { source } = candidate.tracked
    const known = best.get(source)
    if (known === undefined || lateMs < known.lateMs) best.set(source, { candidate, lateMs })
  }
  return [...best.values()].map(({ candidate }) => candidate)
}

function byTime(a: TaskRecord, b: TaskRecord): number {
  return (seenMs(a) ?? 0) - (seenMs(b) ?? 0)
}

/** Nobody's child: beat's tasks have no parent. */
function isFirst({ parentId, rootId, uuid }: TaskRecord): boolean {
  return parentId === null && (rootId === null || rootId === uuid)
}

/** Beat sends lists, events show tuples: brackets say nothing. Texts that were cut are compared as far as they go. */
function sameArguments({ stored }: TrackedEntry, task: TaskRecord): boolean {
  if (task.args === null) return true
  const wanted = inner(argsRepr(stored.entry.args))
  const given = inner(task.args)
  const end = given.indexOf('...')
  return end < 0 ? wanted === given : wanted.startsWith(given.slice(0, end))
}

function sameKeywords({ stored }: TrackedEntry, task: TaskRecord): boolean {
  if (task.kwargs === null) return true
  const end = task.kwargs.indexOf('...')
  const wanted = kwargsRepr(stored.entry.kwargs)
  return end < 0 ? wanted === task.kwargs.trim() : wanted.startsWith(task.kwargs.trim().slice(0, end))
}

function inner(text: string): string {
  return text
    .trim()
    .replace(/^[([]/, '')
    .replace(/,?\s*[)\]]$/, '')
}

function changed(candidates: readonly Candidate[]): boolean {
  for (const { tracked } of candidates) tracked.dirty = true
  return candidates.length > 0
}
