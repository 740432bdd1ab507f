/**
 * What a browser can watch. A topic is a text like an address, `tasks?q=state:failed&limit=100`, so that equal views
 * have equal names and all browsers that look at the same thing share one feed. `parseTopic` accepts what
 * `formatTopic` writes, in any order of parameters; the canonical text is the feed's key.
 */
import { UmbelError } from '../errors.ts'
import { isTaskGrouping, type TaskGrouping } from './survey-views.ts'
import { isRange, parseMoments, spanParams, type TimeSpan } from './time-span.ts'

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

/** What charts show when the address does not say. */
export const DEFAULT_RANGE = '1h'

export const TASKS_PAGE = 100
export const TASKS_MOST = 2_000

export type Topic =
  | { readonly name: 'status' }
  | { readonly name: 'overview'; readonly range: TimeSpan }
  /** What kinds of tasks the slots of workers are busy with. */
  | { readonly name: 'classes'; readonly range: TimeSpan }
  /** All tasks of one name. */
  | { readonly name: 'class'; readonly task: string; readonly range: TimeSpan }
  /** `q` is the search text of `task-query.ts`; `range` null = everything that is kept. */
  | {
      readonly name: 'tasks'
      readonly q: string
      readonly range: TimeSpan | null
      readonly sort: TaskSort
      readonly limit: number
    }
  /** All that the list of the same `q` and `range` finds: when they came, and what they have in common. */
  | { readonly name: 'task-activity'; readonly q: string; readonly range: TimeSpan | null }
  | { readonly name: 'task-groups'; readonly q: string; readonly range: TimeSpan | null; readonly by: TaskGrouping }
  | { readonly name: 'task'; readonly id: string }
  | { readonly name: 'workers' }
  | { readonly name: 'worker'; readonly worker: string }
  | { readonly name: 'queues' }
  | { readonly name: 'queue'; readonly queue: string; readonly range: TimeSpan }
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
    if (key !== 'name' && key !== 'range' && value !== null && value !== '') query.set(key, String(value))
  }
  if ('range' in topic) for (const [key, value] of Object.entries(spanParams(topic.range))) query.set(key, value)
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
    case 'classes':
      return { name, range: parseSpan(query, text) ?? DEFAULT_RANGE }
    case 'class':
      return { name, task: required(query, 'task', text), range: parseSpan(query, text) ?? DEFAULT_RANGE }
    case 'tasks':
      return {
        name,
        q: query.get('q') ?? '',
        range: parseSpan(query, text),
        sort: parseSort(query.get('sort') ?? '-received', text),
        limit: parseLimit(query.get('limit') ?? String(TASKS_PAGE), text),
      }
    case 'task-activity':
      return { name, q: query.get('q') ?? '', range: parseSpan(query, text) }
    case 'task-groups': {
      const by = query.get('by')
      if (!isTaskGrouping(by)) throw unknown(text)
      return { name, q: query.get('q') ?? '', range: parseSpan(query, text), by }
    }
    case 'task':
    case 'schedule':
      return { name, id: required(query, 'id', text) }
    case 'worker':
      return { name, worker: required(query, 'worker', text) }
    case 'queue':
      return { name, queue: required(query, 'queue', text), range: parseSpan(query, text) ?? DEFAULT_RANGE }
    default:
      throw unknown(text)
  }
}

export function isTaskSort(text: string): text is TaskSort {
  return (TASK_SORTS as readonly string[]).includes(text.startsWith('-') ? text.slice(1) : text)
}

/** `from` and `to` count before `range`; null when none of them is there. */
function parseSpan(query: URLSearchParams, topic: string): TimeSpan | null {
  const [range, from, to] = [query.get('range'), query.get('from'), query.get('to')]
  if (range === null && from === null && to === null) return null
  const span = parseMoments(from, to) ?? (from === null && to === null && isRange(range) ? range : null)
  if (span === null) throw unknown(topic)
  return span
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
