/** Rows of the task list as a table for other programs (RFC 4180). Loads in the browser, which writes selections itself. */
import type { TaskRowView } from './views.ts'

type Value = string | number | null

const COLUMNS: readonly (readonly [name: string, value: (row: TaskRowView) => Value])[] = [
  ['id', (row) => row.id],
  ['name', (row) => row.name],
  ['state', (row) => row.state],
  ['args', (row) => row.args],
  ['kwargs', (row) => row.kwargs],
  ['queue', (row) => row.queue],
  ['worker', (row) => row.worker],
  ['sent', (row) => time(row.sentMs)],
  ['received', (row) => time(row.receivedMs)],
  ['started', (row) => time(row.startedMs)],
  ['finished', (row) => time(row.finishedMs)],
  ['eta', (row) => time(row.etaMs)],
  ['retries', (row) => row.retries],
  ['wait_seconds', (row) => seconds(row.waitMs)],
  ['run_seconds', (row) => seconds(row.runtimeMs)],
  ['result', (row) => row.result],
  ['exception', (row) => row.exception],
  ['retry_of', (row) => row.retryOf],
]
/** Rows written at once: a long table is made in parts, so that making it holds nobody up. */
const ROWS_PER_PART = 500

/** The head, then the rows, in parts of text. Times are ISO 8601 in UTC; what is not known is empty. */
export function* taskCsv(rows: readonly TaskRowView[]): Iterable<string> {
  yield `${COLUMNS.map(([name]) => name).join(',')}\r\n`
  for (let at = 0; at < rows.length; at += ROWS_PER_PART) {
    yield rows
      .slice(at, at + ROWS_PER_PART)
      .map((row) => `${COLUMNS.map(([, value]) => field(value(row))).join(',')}\r\n`)
      .join('')
  }
}

/** A text that a spreadsheet would run as a formula gets a mark before it. Numbers stay numbers. */
function field(value: Value): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const isFormula = /^[=+\-@\t\r]/.test(value) && !/^[+-]?\d+(\.\d+)?$/.test(value)
  const text = isFormula ? `'${value}` : value
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text
}

function time(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString()
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms) / 1_000
}
