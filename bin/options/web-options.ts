/** Rows that need more than a type: the prefix of addresses, the columns of the task list. */
import { TASK_COLUMN_NAMES, taskColumnId } from '../../lib/live/page-settings.ts'
import { urlPrefixPath } from '../../lib/server/url-prefix.ts'
import { type Option, value } from './option.ts'

/** A path without a slash at its end, or empty. */
export const urlPrefix: Option<string> = value({
  default: '',
  takes: 'PATH',
  expected: 'a path such as umbel or tools/umbel',
  parse: urlPrefixPath,
  says: 'Serve everything below this path, as behind a reverse proxy.',
})

/** The ids of columns in the order in which they are shown; `all` for all; null = Umbel's own choice. */
export const tasksColumns: Option<readonly string[] | 'all' | null> = (() => {
  const parse = (text: string) => {
    const names = text.split(',').map((name) => name.trim().toLowerCase())
    if (names.includes('all')) return 'all' as const
    const ids = names.map(taskColumnId)
    if (ids.includes(undefined)) return undefined
    const known = [...new Set(ids)].filter((id) => typeof id === 'string')
    return known.length === 0 ? undefined : known
  }
  const row = value<readonly string[] | 'all' | null>({
    default: null,
    takes: 'A,B',
    expected: `all, or some of ${TASK_COLUMN_NAMES.join(', ')}, separated by commas`,
    parse,
    says: 'Columns of the task list, in their order; all shows all. By default the ones that say the most.',
  })
  return { ...row, fromFile: (said) => (Array.isArray(said) ? parse(said.join(',')) : row.fromFile(said)) }
})()

/** What is wrong with `--broker_api`, in Flower's words; null when nothing is. */
export function brokerApiFault(text: string): string | null {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text.trim())?.[1]?.toLowerCase() ?? ''
  if (scheme !== 'http' && scheme !== 'https') return `invalid scheme '${scheme}', expected 'http' or 'https'`
  // Of http:///api/ the browser's parser makes the host "api".
  return /^https?:\/\/[^/?#]/i.test(text.trim()) && URL.canParse(text) ? null : 'no host in url'
}
