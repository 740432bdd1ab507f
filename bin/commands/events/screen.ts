/** The screen of `umbel events` as lines of text: what Celery's monitor shows (client-cli.md B6). Pure. */
import type { TaskRecord } from '../../../lib/monitor/records.ts'

export interface ScreenFacts {
  readonly width: number
  readonly height: number
  readonly version: string
  /** Newest first; as many as fit are shown. */
  readonly tasks: readonly TaskRecord[]
  readonly selected: TaskRecord | null
  readonly workers: readonly string[]
  readonly knownWorkers: number
  readonly events: number
  readonly taskCount: number
  /** What is typed behind a question; null when nothing is asked. */
  readonly question: string | null
}

/** Lines that are not rows: frame, title, headings, footer. */
const OTHER_LINES = 10
const STATE_WIDTH = 8
const TIME_WIDTH = 8
const ID_WIDTH = 36
const INVERSE = '\u001b[7m'
const BOLD = '\u001b[1m'
const RESET = '\u001b[0m'
const COLORS: Readonly<Record<string, string>> = {
  SUCCESS: '\u001b[32m',
  STARTED: '\u001b[33m',
  REVOKED: '\u001b[35m',
  FAILURE: '\u001b[31m',
  RETRY: '\u001b[31m',
}

/** How many rows fit. */
export function rowsOf(height: number): number {
  return Math.max(1, height - OTHER_LINES)
}

export function screenLines(facts: ScreenFacts): readonly string[] {
  const { width, height, tasks, selected, workers } = facts
  const columns = columnsOf(width)
  const rows = tasks.slice(0, rowsOf(height)).map((task) => {
    const text = rowText(columns, [task.uuid, task.worker ?? '*NONE*', task.name ?? '', timeOf(task), task.state])
    if (task.uuid === selected?.uuid) return `${INVERSE}${text}${RESET}`
    return `${COLORS[task.state] ?? ''}${text}${RESET}`
  })
  const empty = Array.from({ length: rowsOf(height) - rows.length }, () => '')
  return [
    `${BOLD}umbel events ${facts.version}${RESET}`,
    '',
    `${BOLD}${rowText(columns, ['UUID', 'WORKER', 'TASK', 'TIME', 'STATE'])}${RESET}`,
    ...rows,
    ...empty,
    '─'.repeat(Math.max(0, width - 1)),
    clip(selected === null ? 'No task selected' : `Selected: ${summary(selected)}`, width),
    clip(workers.length === 0 ? 'No workers discovered.' : `Workers online: ${workers.join(', ')}`, width),
    clip(
      `Info: events: ${facts.events} tasks:${facts.taskCount} workers:${workers.length}/${facts.knownWorkers}`,
      width,
    ),
    clip(facts.question ?? 'Keys: j:down k:up i:info t:traceback r:result c:revoke l:limit q: quit', width),
  ]
}

/** All that is known of a task, one fact a line, long ones wrapped. */
export function infoLines(task: TaskRecord, width: number): readonly string[] {
  const { args, kwargs, ...rest } = task
  const facts = Object.entries({ args, kwargs, ...rest }).filter(
    ([name, value]) => value !== null && !['version', 'source', 'slot', 'traceback'].includes(name),
  )
  return facts.flatMap(([name, value]) => wrapped(`${name}: ${String(value)}`, width))
}

export function wrapped(text: string, width: number): readonly string[] {
  const size = Math.max(10, width - 2)
  return text.split('\n').flatMap((line) => {
    const pieces: string[] = []
    for (let at = 0; at === 0 || at < line.length; at += size) pieces.push(shown(line.slice(at, at + size)))
    return pieces
  })
}

function columnsOf(width: number): readonly number[] {
  const left = Math.max(30, width - 1) - STATE_WIDTH - TIME_WIDTH - 4
  const id = Math.min(ID_WIDTH, Math.floor(left / 2))
  const worker = Math.floor((left - id) / 2)
  return [id, worker, left - id - worker, TIME_WIDTH, STATE_WIDTH]
}

function rowText(columns: readonly number[], cells: readonly string[]): string {
  return cells.map((cell, i) => clip(cell, columns[i] ?? 0).padEnd(columns[i] ?? 0)).join(' ')
}

/** Names come from messages: nothing of them may steer the terminal. */
function shown(text: string): string {
  return text.replace(/\p{Cc}/gu, '?')
}

function clip(text: string, width: number): string {
  const plain = shown(text)
  return plain.length <= width ? plain : `${plain.slice(0, Math.max(0, width - 3))}...`
}

function timeOf({ timestamp }: TaskRecord): string {
  return new Date(timestamp * 1000).toISOString().slice(11, 19)
}

function summary({ name, args, kwargs, runtime, result, exception }: TaskRecord): string {
  const facts = { name, args, kwargs, runtime: runtime?.toFixed(2), result, exception }
  const known = Object.entries(facts).filter(([, value]) => value !== null && value !== undefined)
  return `${known.map(([key, value]) => `${key}=${value}`).join(' ')} ... -> key i`
}
