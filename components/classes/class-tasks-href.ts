import { withTerm } from '../../lib/live/task-query.ts'

/** The list of these tasks; `terms` narrow it: `run:>=2s`. */
export function classTasksHref(
  task: string,
  options: { readonly terms?: string; readonly span?: string } = {},
): string {
  const { terms = '', span = '' } = options
  const q = `${withTerm('', 'name', task)}${terms === '' ? '' : ` ${terms}`}`
  return `/tasks?q=${encodeURIComponent(q)}${span === '' ? '' : `&${span}`}`
}
