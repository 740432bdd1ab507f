/**
 * Counts by worker, type and task. Exact in sum whatever comes: a label that is one too many is counted as `other`, so
 * that made-up names cost neither memory nor the reader of `/metrics`.
 */
export interface SeriesTable {
  /** `timed`: the event is about a task without an ETA. */
  add(worker: string, type: string, task: string, timed?: boolean): void
  rows(): Iterable<SeriesRow>
  /** Drops the series of this worker; one that comes back counts from 0. */
  forget(worker: string): void
}

export interface SeriesRow {
  readonly worker: string
  readonly type: string
  readonly task: string
  readonly count: number
  /** One of them at least was of a task without an ETA: such a task does not wait on purpose. */
  readonly timed: boolean
  /** Wall clock of the first. */
  readonly createdMs: number
}

export const OTHER_LABEL = 'other'
export const MAX_LABEL_VALUES = 1_000

interface Cell extends SeriesRow {
  count: number
  timed: boolean
}

export function createSeriesTable(
  maxSeries: number,
  maxLabels = MAX_LABEL_VALUES,
  nowMs: () => number = () => 0,
): SeriesTable {
  let cells: Cell[] = []
  const byWorker = new Map<string, Map<string, Map<string, Cell>>>()
  const tasks = new Set<string>()
  const overflow = new Map<string, Cell>()

  function cellOf(worker: string, type: string, task: string): Cell {
    const found = byWorker.get(worker)?.get(type)?.get(task)
    if (found !== undefined) return found
    const isKnownWorker = byWorker.has(worker) || byWorker.size < maxLabels
    const isKnownTask = tasks.has(task) || tasks.size < maxLabels
    if (cells.length >= maxSeries) return overflowCell(type)
    if (!isKnownWorker || !isKnownTask) {
      const label = { worker: isKnownWorker ? worker : OTHER_LABEL, task: isKnownTask ? task : OTHER_LABEL }
      return at(label.worker, type, label.task) ?? make(label.worker, type, label.task)
    }
    return make(worker, type, task)
  }

  function at(worker: string, type: string, task: string): Cell | undefined {
    return byWorker.get(worker)?.get(type)?.get(task)
  }

  function make(worker: string, type: string, task: string): Cell {
    const cell: Cell = { worker, type, task, count: 0, timed: false, createdMs: nowMs() }
    const types = byWorker.get(worker) ?? new Map<string, Map<string, Cell>>()
    const cellsOfType = types.get(type) ?? new Map<string, Cell>()
    byWorker.set(worker, types.set(type, cellsOfType.set(task, cell)))
    tasks.add(task)
    cells.push(cell)
    return cell
  }

  /** One for each type, beyond the bound: types are few (event-kind.ts). */
  function overflowCell(type: string): Cell {
    const found = at(OTHER_LABEL, type, OTHER_LABEL) ?? overflow.get(type)
    if (found !== undefined) return found
    const cell: Cell = { worker: OTHER_LABEL, type, task: OTHER_LABEL, count: 0, timed: false, createdMs: nowMs() }
    overflow.set(type, cell)
    return cell
  }

  return {
    add(worker, type, task, timed = false) {
      const cell = cellOf(worker, type, task)
      cell.count++
      if (timed) cell.timed = true
    },
    forget(worker) {
      if (byWorker.delete(worker)) cells = cells.filter((cell) => cell.worker !== worker)
    },
    *rows() {
      yield* cells
      yield* overflow.values()
    },
  }
}
