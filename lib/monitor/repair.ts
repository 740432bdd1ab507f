/**
 * Puts right from stored results what events did not tell: tasks that ended before Umbel came up, tasks whose last
 * events were lost in a gap, tasks that have been silent for long (reliability-security.md G5, E2).
 */
import { messageOf } from '../errors.ts'
import { parseIsoTime } from '../protocol/iso-time.ts'
import type { ResultStore, TaskMeta } from '../results/results.ts'
import { every } from '../runtime/every.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { Service } from '../runtime/service.ts'
import type { ClusterReader } from './contracts.ts'
import type { TaskRecord } from './records.ts'
import type { MonitorSettings } from './settings.ts'

/** One round trip each; small enough not to hold up the store. */
const BATCH = 500
/** Tasks looked up in one round at most. */
const MOST_PER_ROUND = 10_000
/** Results of tasks that ran in a gap may still be on their way when it ends. */
const AFTER_GAP_MS = [0, 10_000, 40_000] as const
/** After a gap more results are gone through than at start: what is looked for may be anywhere among them. */
const GAP_SCAN = 10
const RETRY_MS = 5_000
const FINAL: ReadonlySet<string> = new Set(['SUCCESS', 'FAILURE', 'REVOKED'])

export interface Gap {
  readonly id: string
  readonly fromMs: number
  readonly toMs: number
}

export interface Repairer extends Service {
  /** Looks up what may have happened between these times; `onRepaired` is told how many tasks each try put right. */
  afterGap(gap: Gap, onRepaired: (tasks: number) => void): void
  /** Looks up tasks that have been silent for long. Resolves to how many were put right. */
  round(): Promise<number>
  /** Whether the result store could be read when it was last tried. */
  state(): { readonly state: 'ok' | 'none' | 'unreachable'; readonly reason: string | null }
}

export interface RepairDeps {
  readonly runtime: Runtime
  readonly cluster: ClusterReader
  readonly results: ResultStore | null
  readonly settings: MonitorSettings
  /** Changes the task if the meta tells more than is known; true if it did. */
  readonly applyMeta: (meta: TaskMeta) => boolean
}

export function createRepairer(deps: RepairDeps): Repairer {
  const { runtime, cluster, results, settings, applyMeta } = deps
  const { clock, log } = runtime
  const ended = new AbortController()
  const work = new Set<Promise<void>>()
  /** When a silent task was last looked up; a task that waits for a day is not looked up every minute. */
  const askedMs = new Map<string, number>()
  let trouble: string | null = null

  /** Runs on its own; the state of the store is told by `state`, once, not by every failure. */
  function background(job: () => Promise<void>): void {
    const running: Promise<void> = job()
      .catch((error: unknown) => fail(error))
      .finally(() => work.delete(running))
    work.add(running)
  }
  function fail(error: unknown): void {
    const reason = messageOf(error)
    if (trouble === null && !ended.signal.aborted) log.warning('Results cannot be read', { reason })
    trouble = reason
  }

  async function lookUp(store: ResultStore, ids: readonly string[]): Promise<number> {
    let repaired = 0
    for (let from = 0; from < ids.length && !ended.signal.aborted; from += BATCH) {
      const metas = await store.getMany(ids.slice(from, from + BATCH))
      trouble = null
      for (const meta of metas) if (meta !== null && applyMeta(meta)) repaired++
    }
    return repaired
  }

  async function scan(store: ResultStore, limit: number, wanted: (meta: TaskMeta) => boolean): Promise<number> {
    let repaired = 0
    for await (const metas of store.scan({ limit, signal: ended.signal })) {
      trouble = null
      for (const meta of metas) if (wanted(meta) && applyMeta(meta)) repaired++
    }
    return repaired
  }

  /** What ended before Umbel came up. Tried until it was gone through once. */
  async function fill(store: ResultStore): Promise<void> {
    while (!ended.signal.aborted) {
      try {
        const found = await scan(store, settings.scanResults, (meta) => FINAL.has(meta.status))
        if (found > 0) log.info('Tasks that ended before were read from their results', { tasks: found })
        return
      } catch (error) {
        fail(error)
        await clock.sleep(RETRY_MS, ended.signal)
      }
    }
  }

  function silentTasks(nowMs: number): readonly string[] {
    const ids: string[] = []
    for (const task of cluster.tasks()) {
      if (ids.length >= MOST_PER_ROUND) break
      const silentMs = nowMs - task.timestamp * 1_000
      if (!isOpen(task) || silentMs < settings.repairAfterMs) continue
      if (nowMs - (askedMs.get(task.uuid) ?? 0) < silentMs / 4) continue
      ids.push(task.uuid)
    }
    if (askedMs.size > settings.maxTasks) askedMs.clear()
    for (const id of ids) askedMs.set(id, nowMs)
    return ids
  }

  async function round(): Promise<number> {
    if (results === null) return 0
    try {
      const silent = silentTasks(clock.nowMs())
      // With nothing to look up, a store that was away is asked all the same whether it is back.
      return await lookUp(results, silent.length === 0 && trouble !== null ? ['umbel'] : silent)
    } catch (error) {
      fail(error)
      return 0
    }
  }

  async function heal(store: ResultStore, gap: Gap, onRepaired: (tasks: number) => void): Promise<void> {
    for (const afterMs of AFTER_GAP_MS) {
      await clock.sleep(Math.max(0, gap.toMs + afterMs - clock.nowMs()), ended.signal)
      if (ended.signal.aborted) return
      const open = [...cluster.tasks()].filter((task) => isOpen(task) && task.timestamp * 1_000 <= gap.toMs)
      onRepaired(
        await lookUp(
          store,
          open.slice(-MOST_PER_ROUND).map((task) => task.uuid),
        ),
      )
      // Tasks that came and went within the gap are known to nobody but their results.
      if (store.supports.scan)
        onRepaired(await scan(store, settings.scanResults * GAP_SCAN, (meta) => endedWithin(meta, gap)))
    }
  }

  return {
    name: 'repair',
    round,
    state() {
      if (results === null) return { state: 'none', reason: null }
      return { state: trouble === null ? 'ok' : 'unreachable', reason: trouble }
    },
    afterGap(gap, onRepaired) {
      if (results !== null) background(() => heal(results, gap, onRepaired))
    },
    async start() {
      if (results === null) return
      if (results.supports.scan && settings.scanResults > 0) background(() => fill(results))
      const how = { name: 'repair', everyMs: settings.repairEveryMs, atOnce: false }
      background(() => every(runtime, how, ended.signal, async () => void (await round())))
    },
    async stop() {
      ended.abort()
      await Promise.all(work)
    },
  }
}

function isOpen(task: TaskRecord): boolean {
  return !FINAL.has(task.state) && task.state !== 'REJECTED'
}

/** With a margin: the clocks of workers are not ours. */
function endedWithin(meta: TaskMeta, gap: Gap): boolean {
  const endMs = meta.date_done === null ? null : parseIsoTime(meta.date_done)
  return FINAL.has(meta.status) && endMs !== null && endMs >= gap.fromMs - 2_000 && endMs <= gap.toMs + 2_000
}
