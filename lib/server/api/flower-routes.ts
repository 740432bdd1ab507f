/** Flower's API (flower.md 2), the part that reads. Shapes, status codes and sentences are Flower's. */
import { messageOf, UmbelError } from '../../errors.ts'
import type { TaskTree } from '../../live/search-tree.ts'
import type { ClusterReader } from '../../monitor/contracts.ts'
import { fold, parseFlowerSearch } from '../../monitor/flower-search.ts'
import type { TaskRecord } from '../../monitor/records.ts'
import type { TaskSelection } from '../../monitor/task-list.ts'
import type { Monitored } from '../monitored.ts'
import { empty, JSON_TYPE, jsonText, type Reply, text } from '../reply.ts'
import type { Call, Route } from '../route.ts'
import { whileThere } from '../while-there.ts'
import { flowerJson, flowerText } from './flower-json.ts'
import { LOT, NOBODY_THERE } from './flower-lots.ts'
import { type FlowerSelection, flowerSelection } from './flower-selection.ts'
import { flowerTask } from './flower-task.ts'
import { flowerWorkers } from './flower-workers.ts'

/** Queue lengths older than this are read anew before they are told. */
const FRESH_MS = 250

const common = { method: 'GET', family: 'flower', role: 'viewer' } as const

export const flowerRoutes: readonly Route[] = [
  { ...common, path: '/api/tasks', handle: listTasks },
  { ...common, path: '/api/task/info/', handle: taskInfo },
  { ...common, path: '/api/task/info/:id', handle: taskInfo },
  { ...common, path: '/api/task/types', handle: taskTypes },
  { ...common, path: '/api/workers', handle: listWorkers },
  { ...common, path: '/api/queues/length', handle: queueLengths },
]

/** An object keyed by id, in the order asked for: written by hand, since JSON.stringify moves number-like keys. */
async function listTasks({ monitor, query, req }: Call): Promise<Reply> {
  const wanted = flowerSelection(query)
  const search = parseFlowerSearch(wanted.search)
  if (!search.ok) return answer({ error: search.detail }, 400)
  const selection = taskSelection(monitor.cluster, wanted, search.value)
  const page = await whileThere(req, (signal) => monitor.tasks.selectSoon(selection, signal))
  if (page === null) return empty(NOBODY_THERE)
  const { rows } = page
  return jsonText(rows.length <= LOT ? [...taskLots(monitor, rows)].join('') : taskLots(monitor, rows))
}

/** Newest first unless another order was asked for (flower.md 2.4). */
function taskSelection(cluster: ClusterReader, wanted: FlowerSelection, tree: TaskTree): TaskSelection {
  const { limit, offset, name, worker, state, receivedStart, receivedEnd, sort, descending } = wanted
  return {
    filter: { tree, problems: [] },
    ...(state === null ? {} : { states: [state.toUpperCase()] }),
    ...(name === null ? {} : { name: named(name, cluster.taskNames()) }),
    ...(worker === null ? {} : { worker: named(worker, workerNames(cluster)) }),
    ...(receivedStart === null ? {} : { receivedFrom: receivedStart }),
    ...(receivedEnd === null ? {} : { receivedTo: receivedEnd }),
    sort: sort === null ? { flower: 'timestamp', descending: true } : { flower: sort, descending },
    offset,
    limit,
  }
}

/** Flower's filters do not heed case; the list's do. */
function named(wanted: string, names: Iterable<string>): string {
  const folded = fold(wanted)
  let found = wanted
  for (const name of names) {
    if (name === wanted) return wanted
    if (fold(name) === folded) found = name
  }
  return found
}

function* workerNames(cluster: ClusterReader): Iterable<string> {
  for (const { name } of cluster.workers()) yield name
}

function* taskLots(monitor: Monitored, tasks: readonly TaskRecord[]): Generator<string> {
  let lot = '{'
  for (const [i, task] of tasks.entries()) {
    lot += `${i === 0 ? '' : ', '}${flowerText(task.uuid)}: ${flowerTask(monitor.shown(task), monitor.cluster.children(task.uuid), 'last')}`
    if (i % LOT === LOT - 1) {
      yield lot
      lot = ''
    }
  }
  yield `${lot}}`
}

function taskInfo({ monitor, param }: Call): Reply {
  const id = param('id')
  const task = monitor.cluster.task(id)
  if (task === undefined) throw new UmbelError('task/unknown', { id: id.slice(0, 500) })
  return jsonText(flowerTask(monitor.shown(task), monitor.cluster.children(id), 'in-place'))
}

function taskTypes({ monitor }: Call): Reply {
  return answer({ 'task-types': [...monitor.cluster.taskNames()].sort() })
}

async function listWorkers({ monitor, query }: Call): Promise<Reply> {
  const refresh = query.flag('refresh') ?? false
  const status = query.flag('status') ?? false
  const name = query.text('workername') || null
  const { inspector, cluster } = monitor
  if (refresh) {
    try {
      await inspector.refresh(name ?? undefined)
    } catch (error) {
      return text(`Failed to update workers: ${messageOf(error)}`, 503)
    }
  }
  if (status) {
    const alive: Record<string, boolean> = Object.create(null) // a worker may be named __proto__
    for (const worker of cluster.workers()) alive[worker.name] = worker.online
    return answer(alive)
  }
  const workers = flowerWorkers(inspector, name === null ? inspector.known() : [name])
  if (name !== null && workers[name] === undefined) throw new UmbelError('worker/unknown', { name: name.slice(0, 500) })
  return answer(workers)
}

async function queueLengths({ monitor, nowMs }: Call): Promise<Reply> {
  const details = await monitor.queueDetails()
  if (details !== null) return answer({ active_queues: details })
  const { queues } = monitor
  const { broker } = monitor.status()
  // Lengths of a moment ago are no answer once the broker is known to be away.
  if (broker.state !== 'ready')
    throw new UmbelError('broker/unreachable', { url: broker.url, reason: broker.reason ?? broker.state })
  const { atMs } = queues.latest()
  if (atMs === null || nowMs - atMs > FRESH_MS) await queues.poll()
  const { rows, error } = queues.latest()
  if (error !== null) throw new UmbelError('broker/unreachable', { url: broker.url, reason: error })
  return answer({ active_queues: rows.map(({ name, waiting }) => ({ name, messages: waiting ?? 0 })) })
}

function answer(value: unknown, status = 200): Reply {
  return { status, type: JSON_TYPE, body: flowerJson(value) }
}
