/** What our own pages call, beside the socket (lib/live/http.ts). */
import { FOUND_TASKS_MOST, type LoginKind, type Me } from '../../live/http.ts'
import { taskCsv } from '../../live/task-csv.ts'
import { isRange, parseMoments } from '../../live/time-span.ts'
import { isTaskSort } from '../../live/topic.ts'
import type { TaskSearch } from '../../monitor/feeds/found-tasks.ts'
import { JSON_TYPE, json, type Reply } from '../reply.ts'
import type { Call, Route } from '../route.ts'
import type { Arguments } from './arguments.ts'

const CSV_TYPE = 'text/csv; charset=UTF-8'
const MESSAGES_PAGE = 50
const MESSAGES_MOST = 200
const MESSAGE_FILTER_MOST = 200
const CALENDAR_HOURS = 24
/** A week. */
const CALENDAR_HOURS_MOST = 168

const common = { family: 'own', role: 'viewer' } as const

export const ownRoutes: readonly Route[] = [
  // Each action checks its own role (lib/monitor/actions): there is one list of who may do what.
  { ...common, method: 'POST', path: '/umbel/actions/:name', handle: runAction },
  { ...common, method: 'GET', path: '/umbel/tasks', handle: tasks },
  { ...common, method: 'GET', path: '/umbel/tasks/export.csv', handle: exportCsv },
  { ...common, method: 'GET', path: '/umbel/tasks/export.json', handle: exportJson },
  { ...common, method: 'GET', path: '/umbel/tasks/:id/arguments', handle: retryArguments },
  { ...common, method: 'GET', path: '/umbel/tasks/:id/raw', handle: rawTask },
  { ...common, method: 'GET', path: '/umbel/broker', handle: async ({ monitor }) => json(await monitor.brokerView()) },
  { ...common, method: 'GET', path: '/umbel/queues/:name/messages', handle: queueMessages },
  { ...common, method: 'GET', path: '/umbel/queues/:name/classes', handle: queueClasses },
  { ...common, method: 'GET', path: '/umbel/queues/:name/scheduled', handle: queueScheduled },
  { ...common, method: 'GET', path: '/umbel/queues/:name/unacked', handle: unacked },
  { ...common, method: 'GET', path: '/umbel/queues/:name/set-aside', handle: setAside },
  { ...common, method: 'GET', path: '/umbel/schedules/preview', handle: schedulePreview },
  { ...common, method: 'GET', path: '/umbel/schedules/calendar', handle: scheduleCalendar },
  { ...common, method: 'GET', path: '/umbel/me', handle: me },
]

async function runAction({ monitor, by, param, body }: Call): Promise<Reply> {
  return json(await monitor.actions.run(by, param('name'), await body()))
}

async function retryArguments({ monitor, param }: Call): Promise<Reply> {
  return json(await monitor.actions.retryArguments(param('id')))
}

async function rawTask({ monitor, param }: Call): Promise<Reply> {
  return json(await monitor.rawTask(param('id')))
}

async function tasks({ monitor, query }: Call): Promise<Reply> {
  return json(await monitor.findTasks(searchOf(query)))
}

async function exportCsv({ monitor, query, nowMs }: Call): Promise<Reply> {
  const { rows } = await monitor.findTasks(searchOf(query))
  return { status: 200, type: CSV_TYPE, body: taskCsv(rows), headers: asFile(`tasks-${stamp(nowMs)}.csv`) }
}

async function exportJson({ monitor, query, nowMs }: Call): Promise<Reply> {
  const { rows } = await monitor.findTasks(searchOf(query))
  return { status: 200, type: JSON_TYPE, body: jsonLines(rows), headers: asFile(`tasks-${stamp(nowMs)}.json`) }
}

/** An array, a row a line. */
function* jsonLines(rows: readonly unknown[]): Iterable<string> {
  yield '['
  for (const [at, row] of rows.entries()) yield `${at === 0 ? '' : ','}\n${JSON.stringify(row)}`
  yield '\n]\n'
}

function searchOf(query: Arguments): TaskSearch {
  const [range, sort] = [query.text('range') ?? '', query.text('sort') ?? '']
  const moments = parseMoments(query.text('from') ?? null, query.text('to') ?? null)
  return {
    q: query.text('q') ?? '',
    range: moments ?? (isRange(range) ? range : null),
    sort: isTaskSort(sort) ? sort : '-received',
    limit: Math.min(FOUND_TASKS_MOST, Math.max(1, query.integer('limit') ?? FOUND_TASKS_MOST)),
  }
}

function asFile(name: string): Readonly<Record<string, string>> {
  return { 'Content-Disposition': `attachment; filename="${name}"` }
}

/** `2026-11-21T14-03-22`: no colon, which some file systems refuse. */
function stamp(nowMs: number): string {
  return new Date(nowMs).toISOString().slice(0, 19).replaceAll(':', '-')
}

async function queueMessages({ monitor, param, query }: Call): Promise<Reply> {
  const { offset, limit } = pageOf(query)
  const text = (query.text('q') ?? '').slice(0, MESSAGE_FILTER_MOST)
  return json(await monitor.peekQueue({ queue: param('name'), offset, limit, text }))
}

async function queueClasses({ monitor, param }: Call): Promise<Reply> {
  return json(await monitor.queueClasses(param('name')))
}

async function queueScheduled({ monitor, param }: Call): Promise<Reply> {
  return json(await monitor.queueScheduled(param('name')))
}

async function unacked({ monitor, param, query }: Call): Promise<Reply> {
  return json(await monitor.unacked(param('name'), pageOf(query).limit))
}

async function setAside({ monitor, param, query }: Call): Promise<Reply> {
  const { offset, limit } = pageOf(query)
  return json(await monitor.setAside(param('name'), offset, limit))
}

function pageOf(query: Arguments) {
  return {
    offset: Math.max(0, query.integer('offset') ?? 0),
    limit: Math.min(MESSAGES_MOST, Math.max(1, query.integer('limit') ?? MESSAGES_PAGE)),
  }
}

function schedulePreview({ monitor, query }: Call): Reply {
  return json(monitor.schedules.preview((field) => query.text(field)))
}

async function scheduleCalendar({ monitor, query }: Call): Promise<Reply> {
  const hours = Math.min(CALENDAR_HOURS_MOST, Math.max(1, query.integer('hours') ?? CALENDAR_HOURS))
  return json(await monitor.schedules.calendar(hours))
}

function me({ monitor, by }: Call): Reply {
  const via = kindOf(by.via)
  const answer: Me = {
    user: by.user,
    role: by.role,
    readOnly: monitor.status().readOnly,
    grants: by.grants ?? [],
    via,
    canLogOut: via === 'session',
  }
  return json(answer)
}

/** `token:<name>` is told without the name. */
function kindOf(via: string | undefined): LoginKind {
  const kind = via?.split(':')[0]
  return kind === 'basic' || kind === 'session' || kind === 'token' ? kind : 'none'
}
