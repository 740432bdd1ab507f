/** A state on a real disk: saved, read back by another process' worth of parts, cut short, refused. */
import { access, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Log } from '../../runtime/log.ts'
import { createRuntime } from '../../runtime/runtime.ts'
import { type Cluster, createCluster } from '../cluster.ts'
import { createSavedState } from './saved-state.ts'

let dir: string
let said: string[]

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'umbel-state-'))
  said = []
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const tell = (message: string) => void said.push(message)
const log: Log = { debug: () => {}, info: tell, warning: tell, error: tell }
const runtime = createRuntime({ log })
const file = () => join(dir, 'flower.umbel')

function clusterOf(tasks: number, maxTasks = 100_000): Cluster {
  const cluster = createCluster({ maxTasks, maxWorkers: 100, maxFieldBytes: 1_000 })
  for (let i = 0; i < tasks; i++) {
    const fields = { name: `proj.task${i % 7}`, args: `(${i}, 'é\\n')`, kwargs: '{}' }
    const event = { hostname: 'w@test', utcoffset: 0, pid: 1, clock: i, timestamp: 1_000 + i }
    for (const type of ['task-received', 'task-started', 'task-succeeded']) {
      const more = type === 'task-succeeded' ? { result: String(i), runtime: 0.5 } : {}
      cluster.apply({ ...event, type, uuid: `id-${i}`, fields: { ...fields, ...more } }, 5_000)
    }
  }
  return cluster
}

function stateOf(cluster: Cluster, everyMs = 0) {
  return createSavedState({ runtime, cluster, path: join(dir, 'flower'), everyMs })
}

async function saved(cluster: Cluster): Promise<void> {
  const state = stateOf(cluster)
  await state.start(new AbortController().signal)
  await state.stop()
}

async function restored(maxTasks = 100_000): Promise<Cluster> {
  const cluster = clusterOf(0, maxTasks)
  await stateOf(cluster).start(new AbortController().signal)
  return cluster
}

it('tasks, workers with their counts and the names of tasks are the same afterwards', async () => {
  const before = clusterOf(300)
  await saved(before)
  const after = await restored()
  const plain = (cluster: Cluster) => [...cluster.tasks()].map((task) => ({ ...task, slot: 0 }))
  expect(plain(after)).toEqual(plain(before))
  expect([...after.workers()]).toEqual([...before.workers()])
  expect(after.worker('w@test')?.counts['task-received']).toBe(300)
  expect([...after.taskNames()].sort()).toEqual([...before.taskNames()].sort())
  expect(await readdir(dir)).toEqual(['flower.umbel'])
})

it('max_tasks of today holds, and the newest stay; names of the others are known', async () => {
  await saved(clusterOf(300))
  const after = await restored(2)
  expect([...after.tasks()].map(({ uuid }) => uuid)).toEqual(['id-298', 'id-299'])
  expect(after.taskNames()).toHaveLength(7)
})

it('what was heard since is not overwritten', async () => {
  await saved(clusterOf(3))
  const cluster = clusterOf(0)
  const event = { hostname: 'w@test', utcoffset: 0, pid: 1, clock: 9, timestamp: 2_000 }
  cluster.apply({ ...event, type: 'task-failed', uuid: 'id-1', fields: { exception: 'x' } }, 6_000)
  await stateOf(cluster).start(new AbortController().signal)
  expect(cluster.task('id-1')?.state).toBe('FAILURE')
  expect(cluster.taskCount).toBe(3)
})

it.each([
  ['cut short', () => truncate(file(), 20_000)],
  ['emptied', () => writeFile(file(), '')],
  ['of another program', () => writeFile(file(), 'SQLite format 3\u0000\n')],
  [
    'edited',
    async () => writeFile(file(), (await readFile(file(), 'utf8')).replace('"timestamp":1010', '"timestamp":"soon"')),
  ],
  [
    'without some of its tasks',
    async () => writeFile(file(), (await readFile(file(), 'utf8')).replace(/^.*id-5".*\n/m, '')),
  ],
])('a file that was %s is set aside and told of; the dashboard starts', async (_what, damage) => {
  await saved(clusterOf(100))
  await damage()
  const cluster = await restored()
  expect(cluster.taskCount).toBeLessThan(100)
  expect(await readdir(dir)).toEqual(['flower.umbel.corrupt'])
  expect(said.at(-1)).toContain('damaged')
})

it('a file of Flower is neither read nor changed', async () => {
  const shelve = join(dir, 'flower.db')
  await writeFile(shelve, 'a shelve')
  await saved(clusterOf(1))
  expect(said[0]).toContain('What Flower kept there is neither read nor changed')
  expect(await readFile(shelve, 'utf8')).toBe('a shelve')
  await access(file())
})

it('thirty thousand tasks are saved and read while the event loop stays free', async () => {
  const before = clusterOf(30_000)
  // What passes while the processor does something else is nobody's fault here; nor is what other threads use of it.
  const workedMs = () => process.cpuUsage().user / 1_000
  let [longestMs, lastMs, lastWorkedMs] = [0, performance.now(), workedMs()]
  const watch = setInterval(() => {
    const [nowMs, nowWorkedMs] = [performance.now(), workedMs()]
    longestMs = Math.max(longestMs, Math.min(nowMs - lastMs, nowWorkedMs - lastWorkedMs))
    ;[lastMs, lastWorkedMs] = [nowMs, nowWorkedMs]
  }, 1)
  try {
    await saved(before)
    const after = await restored()
    expect(after.taskCount).toBe(30_000)
    // 50 ms on a machine of its own; the tests share theirs.
    expect(longestMs).toBeLessThan(500)
  } finally {
    clearInterval(watch)
  }
})

it('saves again and again while it runs, one at a time', async () => {
  const cluster = clusterOf(10)
  const state = stateOf(cluster, 20)
  await state.start(new AbortController().signal)
  await Promise.all([state.save(), state.save()])
  expect((await readFile(file(), 'utf8')).trimEnd().endsWith('{"end":10}')).toBe(true)
  await state.stop()
  expect(said.filter((line) => line !== 'Saving the state takes long')).toEqual([])
})

it('a place that nothing can be written to is told at the start, not only at the end', async () => {
  await rm(dir, { recursive: true })
  await stateOf(clusterOf(1)).start(new AbortController().signal)
  expect(said).toEqual(['The state cannot be saved'])
})
