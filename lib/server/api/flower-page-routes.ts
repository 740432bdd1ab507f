/** What Flower's own pages load, and scripts have learnt to read: JSON without the gate of the API (flower.md 1). */
import { parseFlowerSearch } from '../../monitor/flower-search.ts'
import type { WorkerRecord } from '../../monitor/records.ts'
import type { TaskSelection } from '../../monitor/task-list.ts'
import { JSON_TYPE, type Reply } from '../reply.ts'
import type { Call, Route } from '../route.ts'
import { whileThere } from '../while-there.ts'
import { flowerFloat, flowerText } from './flower-json.ts'
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
  const { name, pid, freq, heartbeats, clock, active, processed, loadavg, swIdent, swVer, swSys, online } = worker
  const parts = [
    ...Object.entries(worker.counts).map(([type, count]) => `${flowerText(type)}: ${count}`),
    `"hostname": ${flowerText(name)}`,
    `"pid": ${pid}`,
    `"freq": ${flowerFloat(freq)}`,
    `"heartbeats": [${heartbeats.map((atMs) => flowerFloat(atMs / 1_000)).join(', ')}]`,
    `"clock": ${clock}`,
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
    return told(draw, '', total, 0, `, "searchError": ${flowerText(search.detail)}`)
  }
  const known = sort === '' || isTableSort(sort)
  const selection: TaskSelection = {
    filter: { tree: search.value, problems: [] },
    sort: isTableSort(sort) ? { flower: sort, descending } : { flower: 'timestamp', descending: true },
    offset: known ? start : 0,
    limit: known ? Math.max(0, length) : null,
  }
  const found = await whileThere(req, (signal) => monitor.tasks.selectSoon(selection, signal))
  if (found === null) return told(draw, '', total, 0, '')
  const { rows, matched } = found
  const page = known ? rows : sortForTable(rows, sort, descending).slice(start, start + Math.max(0, length))
  const data = page
    .map((task) => flowerTask(monitor.shown(task), monitor.cluster.children(task.uuid), 'in-place'))
    .join(', ')
  return told(draw, data, total, matched, '')
}

function told(draw: number, data: string, total: number, matched: number, more: string): Reply {
  const counts = `"recordsTotal": ${total}, "recordsFiltered": ${matched}`
  return { status: 200, type: JSON_TYPE, body: `{"draw": ${draw}, "data": [${data}], ${counts}${more}}` }
}
