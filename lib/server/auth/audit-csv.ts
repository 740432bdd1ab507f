import type { AuditLineView } from '../../live/http.ts'

const COLUMNS: readonly (readonly [name: string, value: (line: AuditLineView) => string])[] = [
  ['time', ({ at }) => at],
  ['who', ({ who }) => who ?? ''],
  ['role', ({ role }) => role],
  ['from', ({ from }) => from ?? ''],
  ['via', ({ via }) => via],
  ['action', ({ action }) => action],
  ['objects', ({ targets }) => targets.join(' ')],
  ['count', ({ count }) => String(count)],
  ['result', ({ outcome }) => outcome],
  ['reason', ({ reason }) => reason ?? ''],
]

/** Lines of the audit as a table for other programs (RFC 4180), the head first. */
export function auditCsv(lines: readonly AuditLineView[]): string {
  const rows = lines.map((line) => COLUMNS.map(([, value]) => cell(value(line))).join(','))
  return `${[COLUMNS.map(([name]) => name).join(','), ...rows].join('\r\n')}\r\n`
}

/** A text that a spreadsheet would take for a formula gets an apostrophe before it. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
