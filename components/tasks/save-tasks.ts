import { taskCsv } from '../../lib/live/task-csv.ts'
import type { TaskRowView } from '../../lib/live/views.ts'
import { plural } from '../ui/format.ts'
import { withPrefix } from '../ui/prefix.ts'
import { showToast } from '../ui/toast.ts'
import { taskSearchQuery } from './task-search-query.ts'
import type { TaskAddress } from './use-task-address.ts'

/** Writes everything that matches to a file; the server makes it, from the newest 10,000. */
export function saveMatching(address: TaskAddress, form: 'csv' | 'json'): void {
  download(withPrefix(`/umbel/tasks/export.${form}?${taskSearchQuery(address)}`), `tasks.${form}`)
}

/** Writes these rows to a file. */
export function saveRows(rows: readonly TaskRowView[]): void {
  const url = URL.createObjectURL(new Blob([...taskCsv(rows)], { type: 'text/csv' }))
  download(url, 'tasks.csv')
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
  showToast({ text: `${plural(rows.length, 'task')} exported.` })
}

function download(href: string, name: string): void {
  const link = document.createElement('a')
  link.href = href
  link.download = name
  link.click()
}
