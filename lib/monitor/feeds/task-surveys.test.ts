import { describe, expect, it } from 'vitest'
import { ACTIVITY_SERIES, type TaskGrouping } from '../../live/survey-views.ts'
import { parseTaskQuery } from '../../live/task-query.ts'
import { createRuntime } from '../../runtime/runtime.ts'
import { taskEvent } from '../../testing/events.ts'
import { createCluster } from '../cluster.ts'
import { createTaskList } from '../task-list.ts'
import type { Count } from './repeated-survey.ts'
import { countActivity } from './task-activity.ts'
import { countGroups } from './task-groups.ts'

const NOW_MS = 1_795_225_200_000
const NOW = NOW_MS / 1_000
const WINDOW = { fromMs: NOW_MS - 60_000, toMs: NOW_MS, nowMs: NOW_MS }

let turns = 0
let workedMs = 0
/** 6 ms go by between two looks at it: every turn is long. */
const clock = { nowMs: () => NOW_MS, monotonicMs: () => (workedMs += 6), sleep: async () => void turns++ }
const runtime = createRuntime({ clock })
const cluster = createCluster({ maxTasks: 10_000, maxWorkers: 5, maxFieldBytes: 500 })
const list = createTaskList(cluster, runtime)

function put(
  uuid: string,
  name: string,
  atSeconds: number,
  end: 'succeeded' | 'failed' | null,
  fields: Readonly<Record<string, unknown>> = {},
) {
  cluster.apply(taskEvent('sent', uuid, atSeconds, { name, queue: 'high' }), NOW_MS)
  cluster.apply(taskEvent('received', uuid, atSeconds, { name }), NOW_MS)
  cluster.apply(taskEvent('started', uuid, atSeconds), NOW_MS)
  if (end !== null) cluster.apply(taskEvent(end, uuid, atSeconds + 1, fields), NOW_MS)
}

for (let i = 0; i < 4; i++) put(`a${i}`, 'mail', NOW - 30, 'succeeded', { runtime: 2 })
put('a4', 'mail', NOW - 20, 'failed', { exception: "KeyError('x')" })
put('b0', 'report', NOW - 10, null)
put('b1', 'report', NOW - 50, 'failed', { exception: 'ValueError()' })
put('b2', 'report', NOW - 50, 'failed', { exception: "ValueError('y')" })

async function survey<R>(q: string, count: Count<R>, isLost = () => false): Promise<R> {
  const { visit } = count
  await list.survey({ filter: parseTaskQuery(q), isLost, visit }, new AbortController().signal)
  return count.done()
}

const groups = async (by: TaskGrouping, q = '') => (await survey(q, countGroups(by, WINDOW))).groups ?? []

describe('groups of a search', () => {
  it('have their counts, their share of failures and their run times', async () => {
    const [mail, report] = await groups('name')
    expect(mail).toMatchObject({ name: 'mail', tasks: 5, failed: 1, failedShare: 0.2 })
    expect(mail?.runP50Ms).toBeGreaterThan(1_800)
    expect(mail?.runP95Ms).toBeLessThan(2_200)
    expect(mail?.spark.reduce((sum, one) => sum + one, 0)).toBe(5)
    expect(report).toMatchObject({ name: 'report', tasks: 3, failed: 2, failedShare: 1 })
  })

  it('are the classes of exceptions, queues or workers', async () => {
    expect((await groups('error')).map(({ name, tasks }) => [name, tasks])).toEqual([
      ['ValueError', 2],
      ['KeyError', 1],
    ])
    expect((await groups('queue')).map(({ name, tasks }) => [name, tasks])).toEqual([['high', 8]])
    expect((await groups('worker', 'state:failed')).map(({ name, tasks }) => [name, tasks])).toEqual([['w1@box', 3]])
  })
})

describe('the activity of a search', () => {
  it('counts each task once, when it came, in the state that it has', async () => {
    const chart = await survey('', countActivity(WINDOW))
    const total = (name: string) =>
      chart.points.reduce(
        (sum, point) => sum + (point[1 + (ACTIVITY_SERIES as readonly string[]).indexOf(name)] ?? 0),
        0,
      )
    expect(chart.bucketMs).toBe(1_000)
    expect(chart.points.length).toBeLessThanOrEqual(121)
    expect(ACTIVITY_SERIES.map(total)).toEqual([4, 3, 0, 1, 0, 0])
    expect(chart.points.find(([at]) => at === NOW_MS - 50_000)?.slice(1)).toEqual([0, 2, 0, 0, 0, 0])
  })

  it('takes what is lost as failed, and finds it by that state', async () => {
    const chart = await survey('state:lost', countActivity(WINDOW), () => true)
    expect(chart.points.flatMap((point) => point.slice(1)).reduce<number>((sum, n) => sum + (n ?? 0), 0)).toBe(1)
  })
})

it('lets others have their turn, and ends when it is told to', async () => {
  for (let i = 0; i < 5_000; i++) cluster.apply(taskEvent('sent', `m${i}`, NOW - 1, { name: 'many' }), NOW_MS)
  const before = turns
  let seen = 0
  const all = { filter: null, isLost: () => false, visit: () => void seen++ }
  await list.survey(all, new AbortController().signal)
  expect(seen).toBe(5_008)
  expect(turns).toBeGreaterThan(before)
  await expect(list.survey(all, AbortSignal.abort())).rejects.toThrow()
})
