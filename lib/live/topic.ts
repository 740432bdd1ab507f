/**
 * What a browser can watch. A topic is a text like an address, `tasks?q=state:failed&limit=100`, so that equal views
 * have equal names and all browsers that look at the same thing share one feed. `parseTopic` accepts what
 * `formatTopic` writes, in any order of parameters; the canonical text is the feed's key.
 */
import { UmbelError } from '../errors.ts'

export const RANGES = ['15m', '1h', '6h', '24h'] as const
export type Range = (typeof RANGES)[number]
export const RANGE_MS: Readonly<Record<Range, number>> = {
  '15m': 15 * 60_000,
  '1h': 3_600_000,
  '6h': 6 * 3_600_000,
  '24h': 24 * 3_600_000,
}
/** One point of a chart stands for this long (ux.md 7). */
export const BUCKET_MS: Readonly<Record<Range, number>> = { '15m': 5_000, '1h': 10_000, '6h': 60_000, '24h': 300_000 }

/** What a task list may be sorted by; a leading `-` means descending. Rows without the value come last. */
export const TASK_SORTS = [
  'received',
  'started',
  'finished',
  'runtime',
  'wait',
  'name',
  'state',
  'worker',
  'queue',
  'retries',
] as const
export type TaskSortKey = (typeof TASK_SORTS)[number]
export type TaskSort = TaskSortKey | `-${TaskSortKey}`

export const TASKS_PAGE = 100
export const TASKS_MOST = 2_000

export type Topic =
  | { readonly name: 'status' }
  | { readonly name: 'overview'; readonly range: Range }
  /** `q` is the search text of `task-query.ts`; `range` null = everything that is kept. */
  | {
      readonly name: 'tasks'
      readonly q: string
      readonly range: Range | null
      readonly sort: TaskSort
      readonly limit: number
    }
  | { readonly name: 'task'; readonly id: string }
  | { readonly name: 'workers' }
  | { readonly name: 'worker'; readonly worker: string }
  | { readonly name: 'queues' }
  | { readonly name: 'queue'; readonly queue: string; readonly range: Range }
  | { readonly name: 'alerts' }
  | { readonly name: 'schedules' }
  /** `<source>/<name>` as in the rows of `schedules`. */
  | { readonly name: 'schedule'; readonly id: string }
  | { readonly name: 'commands' }

export type TopicName = Topic['name']

/** Topics that go on, slowly, in a hidden tab. */
export const TOPICS_FOR_HIDDEN_TABS: ReadonlySet<TopicName> = new Set(['status', 'alerts'])

export function formatTopic(topic: Topic): string {
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(topic)) {
    if (key !== 'name' && value !== null && value !== '') query.set(key, String(value))
  }
  query.sort()
  const text = query.toString()
  return text === '' ? topic.name : `${topic.name}?${text}`
}

/** Throws UmbelError `topic/unknown` for anything else. */
export function parseTopic(text: string): Topic {
  if (text.length > 4_096) throw unknown(text)
  const mark = text.indexOf('?')
  const name = mark < 0 ? text : text.slice(0, mark)
  const query = new URLSearchParams(mark < 0 ? '' : text.slice(mark + 1))
  switch (name) {
    case 'status':
    case 'workers':
    case 'queues':
    case 'alerts':
    case 'schedules':
    case 'commands':
      return { name }
    case 'overview':
      return { name, range: parseRange(query.get('range') ?? '1h', text) }
    case 'tasks': {
      const range = query.get('range')
      return {
        name,
        q: query.get('q') ?? '',
        range: range === null ? null : parseRange(range, text),
        sort: parseSort(query.get('sort') ?? '-received', text),
        limit: parseLimit(query.get('limit') ?? String(TASKS_PAGE), text),
      }
    }
    case 'task':
    case 'schedule':
      return { name, id: required(query, 'id', text) }
    case 'worker':
      return { name, worker: required(query, 'worker', text) }
    case 'queue':
      return { name, queue: required(query, 'queue', text), range: parseRange(query.get('range') ?? '1h', text) }
    default:
      throw unknown(text)
  }
}

export function isRange(text: string | null | undefined): text is Range {
  return (RANGES as readonly (string | null | undefined)[]).includes(text)
}

export function isTaskSort(text: string): text is TaskSort {
  return (TASK_SORTS as readonly string[]).includes(text.startsWith('-') ? text.slice(1) : text)
}

function parseRange(value: string, topic: string): Range {
  if (!isRange(value)) throw unknown(topic)
  return value
}

function parseSort(value: string, topic: string): TaskSort {
  if (!isTaskSort(value)) throw unknown(topic)
  return value
}

function parseLimit(value: string, topic: string): number {
  const limit = Number(value)
  if (!Number.isInteger(limit) || limit < 1 || limit > TASKS_MOST) throw unknown(topic)
  return limit
}

function required(query: URLSearchParams, key: string, topic: string): string {
  const value = query.get(key)
  if (value === null || value === '') throw unknown(topic)
  return value
}

function unknown(topic: string): UmbelError {
  return new UmbelError('topic/unknown', { topic: topic.slice(0, 200) })
}
