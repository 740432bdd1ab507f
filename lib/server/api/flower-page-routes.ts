/** What Flower's own pages load, and scripts have learnt to read: JSON without the gate of the API (flower.md 1). */
import { parseFlowerSearch } from '../../monitor/flower-search.ts'
import type { TaskRecord, WorkerRecord } from '../../monitor/records.ts'
import type { TaskSelection } from '../../monitor/task-list.ts'
import { spoke } from '../../monitor/worker-reducer.ts'
import type { Monitored } from '../monitored.ts'
import { empty, JSON_TYPE, jsonText, type Reply } from '../reply.ts'
import type { Call, Route } from '../route.ts'
import { whileThere } from '../while-there.ts'
import { flowerFloat, flowerText } from './flower-json.ts'
import { LOT, NOBODY_THERE } from './flower-lots.ts'
import { needInteger } from './flower-rules.ts'
import { isTableSort, sortForTable } from './flower-table-sort.ts'
import { flowerTask } from './flower-task.ts'

const common = { family: 'page', role: 'viewer' } as const

export const flowerPageRoutes: readonly Route[] = [
  { ...common, method: 'GET', path: '/workers', handle: workers },
  { ...common, method: 'GET', path: '/', handle: workers },
  { ...common, method: 'GET', path: '/tasks/datatable', handle: table },
  { ...common, method: 'POST', path: '/tasks/datatable', handle: table },
]

/** With `json` the rows of Flower's list of workers (flower.md 1.1); without it a page. */
async function workers({ monitor, query }: Call): Promise<Reply | null> {
  const refresh = query.flag('refresh') ?? false
  const isWanted = query.flag('json') ?? false
  if (refresh) void monitor.inspector.refresh().catch(() => {})
  if (!isWanted) return null
  const rows = [...monitor.cluster.workers()].map(workerRow)
  return { status: 200, type: JSON_TYPE, body: `{"data": [${rows.join(', ')}]}` }
}

function workerRow(worker: WorkerRecord): string {
  const { name, pid, freq, clock, active, processed, loadavg, swIdent, swVer, swSys, online } = worker
  // One without heartbeats lives by its tasks' events, for Flower too.
  const heartbeats = spoke(worker) ? worker.heartbeats : [worker.lastSeenMs]
  const parts = [
    ...Object.entries(worker.counts).map(([type, count]) => `${flowerText(type)}: ${count}`),
    `"hostname": ${flowerText(name)}`,
    `"pid": ${pid}`,
    `"freq": ${flowerFloat(freq)}`,
    `"heartbeats": [${heartbeats.map((atMs) => flowerFloat(atMs / 1_000)).join(', ')}]`,
    `"clock": ${clock ?? 0}`,
    `"active": ${active}`,
    `"processed": ${processed}`,
    `"loadavg": ${loadavg === null ? 'null' : `[${loadavg.map(flowerFloat).join(', ')}]`}`,
    `"sw_ident": ${textOrNull(swIdent)}`,
    `"sw_ver": ${textOrNull(swVer)}`,
    `"sw_sys": ${textOrNull(swSys)}`,
    `"status": ${online}`,
  ]
  return `{${parts.join(', ')}}`
}

function textOrNull(text: string | null): string {
  return text === null ? 'null' : flowerText(text)
}

/** The server side of DataTables (flower.md 1.4). */
async function table({ monitor, form, req }: Call): Promise<Reply> {
  const args = await form()
  const [draw, start, length] = [needInteger(args, 'draw'), needInteger(args, 'start'), needInteger(args, 'length')]
  const column = needInteger(args, 'order[0][column]')
  const sort = args.text(`columns[${column}][data]`) ?? ''
  const descending = args.text('order[0][dir]') === 'desc'
  const total = monitor.cluster.taskCount
  const search = parseFlowerSearch(args.text('search[value]') ?? '')
  if (!search.ok) {
    return told(draw, [], total, 0, `, "searchError": ${flowerText(search.detail)}`)
  }
  const known = sort === '' || isTableSort(sort)
  const selection: TaskSelection = {
    filter: { tree: search.value, problems: [] },
    sort: isTableSort(sort) ? { flower: sort, descending } : { flower: 'timestamp', descending: true },
    offset: known ? start : 0,
    limit: known ? Math.max(0, length) : null,
  }
  const from = Math.max(0, start)
  const end = from + Math.max(0, length)
  const found = await whileThere(req, async (signal) => {
    const { rows, matched } = await monitor.tasks.selectSoon(selection, signal)
    if (known) return { rows, matched }
    return { rows: (await sortForTable(rows, sort, descending, signal)).slice(from, end), matched }
  })
  if (found === null) return empty(NOBODY_THERE)
  const { rows, matched } = found
  const lots = rowLots(monitor, rows)
  return told(draw, rows.length <= LOT ? [...lots] : lots, total, matched, '')
}

/** Some at once; the event loop is free between two lots. */
function* rowLots(monitor: Monitored, tasks: readonly TaskRecord[]): Generator<string> {
  for (let from = 0; from < tasks.length; from += LOT) {
    const lot = tasks.slice(from, from + LOT)
    const rows = lot.map((task) => flowerTask(monitor.shown(task), monitor.cluster.children(task.uuid), 'in-place'))
    yield `${from === 0 ? '' : ', '}${rows.join(', ')}`
  }
}

function told(draw: number, lots: Iterable<string>, total: number, matched: number, more: string): Reply {
  const counts = `"recordsTotal": ${total}, "recordsFiltered": ${matched}`
  const parts = function* () {
    yield `{"draw": ${draw}, "data": [`
    yield* lots
    yield `], ${counts}${more}}`
  }
  return jsonText(Array.isArray(lots) ? [...parts()].join('') : parts())
}
