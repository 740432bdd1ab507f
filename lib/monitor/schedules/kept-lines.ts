/** Which runs are kept over a restart: those that no store writes down. */
import type { BeatMarks, KeptEntry } from './beat-marks.ts'
import { SEEN_SOURCE } from './inferred-rows.ts'
import type { KeptLine, KeptRuns } from './kept-runs.ts'
import { entryId } from './schedule-source.ts'
import { runsAreOf, type SourceReader } from './source-reader.ts'

export function* linesToKeep(readers: Iterable<SourceReader>, marks: BeatMarks | null): Generator<KeptLine> {
  const tasks = new Set<string>()
  for (const { keepsNotes, entries } of readers) {
    for (const { id, book, stored } of entries.values()) {
      tasks.add(stored.entry.task)
      if (!keepsNotes && book.runs.length > 0) yield { id, of: runsAreOf(stored.entry), runs: book.runs }
    }
  }
  for (const { name, task, args, queue, sender, book } of marks?.entries.values() ?? []) {
    // What is only thought to be periodic is thought so again; what a schedule tells need not be inferred.
    if (sender !== null || book.runs.length === 0 || tasks.has(task)) continue
    yield { id: entryId(SEEN_SOURCE, name), of: JSON.stringify([task, args, queue]), runs: book.runs }
  }
}

/** Periodic tasks that were known from their messages alone. */
export function* keptEntries(kept: Pick<KeptRuns, 'startingWith'>): Generator<KeptEntry> {
  for (const { id, of, runs } of kept.startingWith(`${SEEN_SOURCE}/`)) {
    const [task, args, queue] = readOf(of)
    if (typeof task !== 'string' || runs.length === 0) continue
    yield {
      ...{ name: id.slice(SEEN_SOURCE.length + 1), task, lastMs: runs.at(-1)?.sentMs ?? 0, runs },
      args: typeof args === 'string' ? args : null,
      queue: typeof queue === 'string' ? queue : null,
    }
  }
}

function readOf(of: string): readonly unknown[] {
  try {
    const read: unknown = JSON.parse(of)
    return Array.isArray(read) ? read : []
  } catch {
    return []
  }
}
