/**
 * How long the task list takes to find words that nobody searched before, among 100,000 tasks, without a server around
 * it: time and CPU time, in the turns in which it works for a visitor. Twenty seconds.
 *
 *   node_modules/.bin/node bench/search/run.ts [--count=30]
 */
import { randomUUID } from 'node:crypto'
import { createCluster } from '../../lib/monitor/cluster.ts'
import { parseFlowerSearch } from '../../lib/monitor/flower-search.ts'
import { createTaskList } from '../../lib/monitor/task-list.ts'
import { createRuntime } from '../../lib/runtime/runtime.ts'
import { taskEvent } from '../../lib/testing/events.ts'
import { FRESH_SEARCHES } from '../list/queries.ts'
import { percentile } from '../percentile.ts'

const count = Number(process.argv.find((word) => word.startsWith('--count='))?.slice(8) ?? 30)
const TASKS = 100_000
const TASKS_BETWEEN = 3

const runtime = createRuntime()
const cluster = createCluster({ maxTasks: TASKS, maxWorkers: 10, maxFieldBytes: 8_192 })
const list = createTaskList(cluster, runtime)
const startSeconds = Date.now() / 1_000
let made = 0
while (made < TASKS) {
  addTask()
  if (made % 1_000 === 0) cluster.flush(Date.now())
}

const HEAD = ['ms', 'p50', 'p95', 'CPU least', 'CPU p50', 'found']
say(HEAD)
const first = await measured('the very first word')
say(['the very first word', first.ms, first.ms, first.cpuMs, first.cpuMs, first.matched])
for (let i = 0; i < 200; i++) list.tend()
for (const { name, textOf } of FRESH_SEARCHES) {
  const all = []
  for (let i = 0; i < count; i++) all.push(await measured(textOf(i)))
  const times = all.map(({ ms }) => ms)
  const cpu = all.map(({ cpuMs }) => cpuMs)
  say([
    name,
    percentile(times, 0.5),
    percentile(times, 0.95),
    percentile(cpu, 0),
    percentile(cpu, 0.5),
    all.at(-1)?.matched ?? 0,
  ])
}

async function measured(text: string) {
  for (let i = 0; i < TASKS_BETWEEN; i++) addTask()
  list.tend() // as the server does, ten times a second
  const search = parseFlowerSearch(text)
  if (!search.ok) throw new Error(`${text}: ${search.detail}`)
  const filter = { tree: search.value, problems: [] }
  const startMs = performance.now()
  const before = process.cpuUsage()
  const sort = { flower: 'timestamp', descending: true } as const
  const { matched } = await list.selectSoon({ filter, sort, offset: 0, limit: 100 })
  const { user, system } = process.cpuUsage(before)
  return { ms: performance.now() - startMs, cpuMs: (user + system) / 1_000, matched }
}

/** As in bench/ingest/event-stream.ts; parsed, so that its texts lie in memory as those of an event do. */
function addTask(): void {
  const i = made++
  const uuid = randomUUID()
  const at = startSeconds + i / 1_000
  const hostname = `bench${i % 8}@host`
  const kwargs = i % 3 === 0 ? `{'order': ${i}, 'retry': False}` : '{}'
  const task = { name: `proj.tasks.task_${i % 40}`, args: `(${i}, 'customer-${i}@example.com')`, kwargs, root_id: uuid }
  apply('sent', uuid, at, { ...task, hostname: 'gen77@web', queue: `queue_${i % 5}` })
  apply('received', uuid, at + 0.002, { ...task, hostname })
  apply('started', uuid, at + 0.003, { hostname })
  if (i % 20 === 7) apply('failed', uuid, at + 0.03, { hostname, exception: `ValueError('no stock for ${i}')` })
  else apply('succeeded', uuid, at + 0.03, { hostname, result: `'result of ${i}'`, runtime: 0.023 })
}

function apply(subject: string, uuid: string, at: number, fields: object): void {
  cluster.apply(taskEvent(subject, uuid, at, JSON.parse(JSON.stringify(fields))), at * 1_000)
}

function say([name = '', ...cells]: readonly (string | number)[]): void {
  const shown = cells.map((cell) => (typeof cell === 'number' && !Number.isInteger(cell) ? cell.toFixed(1) : `${cell}`))
  process.stdout.write(`${String(name).padEnd(28)}${shown.map((cell) => cell.padStart(11)).join('')}\n`)
}
