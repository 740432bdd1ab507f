/**
 * What is known of runs, over a restart of the dashboard: Python's beats write down no run, and workers tell of one only
 * once. A file in the data folder with a line for each entry, written beside and renamed; a line that cannot be read is
 * left out.
 */
import { createReadStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { messageOf } from '../../errors.ts'
import { isReady } from '../../protocol/states.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { BookRun } from './book-run.ts'
import { createTurns } from './turns.ts'

const FILE = 'schedule-runs.jsonl'
/** Runs of all entries together: some 5 MB. */
const RUNS_MOST = 20_000
const LINES_MOST = 20_000
const LINE_CHARACTERS_MOST = 65_536
const RUNS_A_LINE = 50

const text = z.string().max(1_000)
const time = z.number().nullable()
const run = z.object({
  ...{ slotMs: time, sentMs: time, taskId: text.nullable(), client: text.nullable(), state: text.nullable() },
  ...{ startedMs: time, endedMs: time, runtimeMs: time },
  ...{ isExact: z.boolean(), noted: z.boolean(), doubled: z.boolean() },
  why: z.enum(['due', 'hand', 'skipped', 'failed']),
})
const line = z.object({ id: z.string().max(1_000), of: z.string().max(16_384), runs: z.array(run).max(RUNS_A_LINE) })

/** Runs of one entry. `of` tells what they were runs of: another definition has others. */
export interface KeptLine {
  readonly id: string
  readonly of: string
  readonly runs: readonly BookRun[]
}

export interface KeptRuns {
  /** What was known at the end of the process before; empty for another definition. */
  runsOf(id: string, of: string): readonly BookRun[]
  /** All that was known of ids that begin so. */
  startingWith(prefix: string): Iterable<KeptLine>
  /** Never rejects. */
  load(): Promise<void>
  /** Writes when something differs from the last time. Never rejects. */
  save(lines: () => Iterable<KeptLine>): Promise<void>
}

export function createKeptRuns(dataDir: string | null, runtime: Runtime): KeptRuns {
  const { clock, log } = runtime
  const file = dataDir === null ? null : join(dataDir, FILE)
  const known = new Map<string, KeptLine>()
  let written = ''
  let failed = false

  async function read(path: string): Promise<void> {
    const turns = createTurns(clock)
    const lines = createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY })
    for await (const each of lines) {
      await turns.rest()
      const kept = each.length > LINE_CHARACTERS_MOST ? null : readLine(each)
      if (kept !== null && known.size < LINES_MOST) known.set(kept.id, kept)
    }
  }

  async function write(path: string, lines: Iterable<KeptLine>): Promise<void> {
    const turns = createTurns(clock)
    const handle = await open(`${path}.new`, 'w', 0o600)
    try {
      let left = RUNS_MOST
      for (const { id, of, runs } of lines) {
        const some = runs.slice(-Math.min(left, RUNS_A_LINE))
        left -= some.length
        await handle.write(`${JSON.stringify({ id, of, runs: some })}\n`)
        await turns.rest()
        if (left <= 0) break
      }
    } finally {
      await handle.close()
    }
    await rename(`${path}.new`, path)
  }

  return {
    runsOf(id, of) {
      const kept = known.get(id)
      return kept?.of === of ? kept.runs.map((each) => ({ ...each })) : []
    },
    *startingWith(prefix) {
      for (const kept of known.values()) if (kept.id.startsWith(prefix)) yield kept
    },
    async load() {
      if (file === null) return
      await read(file).catch((error: unknown) => {
        if (Object(error).code !== 'ENOENT')
          log.warning('Runs of schedules cannot be read', { file, reason: messageOf(error) })
      })
    },
    async save(lines) {
      if (file === null) return
      const mark = markOf(lines())
      if (mark === written || (mark === '' && written === '' && known.size === 0)) return
      try {
        await write(file, lines())
        written = mark
        failed = false
      } catch (error) {
        await rm(`${file}.new`, { force: true }).catch(() => {})
        if (!failed) log.warning('Runs of schedules cannot be kept', { file, reason: messageOf(error) })
        failed = true
      }
    },
  }
}

function readLine(given: string): KeptLine | null {
  try {
    const { success, data } = line.safeParse(JSON.parse(given))
    return success ? { ...data, runs: data.runs.map(settled) } : null
  } catch {
    return null
  }
}

/** What was under way then may have ended since, unseen. */
function settled(each: BookRun): BookRun {
  return each.state === null || isReady(each.state) ? each : { ...each, state: null, startedMs: null, endedMs: null }
}

/** Differs when a run came or ended. */
function markOf(lines: Iterable<KeptLine>): string {
  let mark = ''
  for (const { id, runs } of lines) {
    const newest = runs.at(-1)
    mark += `${id} ${runs.length} ${newest?.sentMs} ${newest?.state}\n`
  }
  return mark
}
