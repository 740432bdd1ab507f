import { expect, test } from 'vitest'
import type { Clock } from '../runtime/clock.ts'
import { taskEvent } from '../testing/events.ts'
import { createCluster } from './cluster.ts'
import { createTaskTexts } from './task-texts.ts'

const NOW_MS = 2_000_000
let slept = 0
let looks = 0
/** Every look at it costs 3 ms. */
const clock: Clock = {
  nowMs: () => NOW_MS,
  monotonicMs: () => 3 * looks++,
  sleep: async () => void slept++,
}

function clusterOf(args: readonly string[]) {
  const cluster = createCluster({ maxTasks: 5_000, maxWorkers: 10, maxFieldBytes: 4_000 })
  for (const [i, text] of args.entries()) {
    cluster.apply(taskEvent('received', `id-${i}`, 1, { name: 'a', args: text }), NOW_MS)
  }
  return cluster
}

/** Slots that hold one of the words, as the rows' own arguments tell them. */
function find(cluster: ReturnType<typeof clusterOf>, texts: ReturnType<typeof createTaskTexts>, ...words: string[]) {
  const columns = cluster.columns()
  const holds = texts.open(columns).holds(words)
  return Array.from({ length: columns.end }, (_, slot) => slot)
    .filter(holds)
    .map((slot) => columns.rows[slot]?.args)
}

test('a word is found in its own row, also where blocks of rows meet', () => {
  const args = Array.from({ length: 3_000 }, (_, i) => `('Customer ${i}.',)`)
  const cluster = clusterOf(args)
  const texts = createTaskTexts(clock)

  for (const i of [0, 1_022, 1_023, 1_024, 2_999]) {
    expect(find(cluster, texts, `customer ${i}.`)).toEqual([args[i]])
  }
  expect(find(cluster, texts, 'customer')).toHaveLength(3_000)
  expect(find(cluster, texts, 'customer 7.', 'customer 2048.')).toEqual([args[7], args[2_048]])
  expect(find(cluster, texts, 'nobody')).toEqual([])
})

test('letters that become two when folded move no other row', () => {
  const args = ['(1,)', "('İİİ İstanbul',)", "('after',)", "('Ärger',)"]
  const cluster = clusterOf(args)
  const texts = createTaskTexts(clock)

  expect(find(cluster, texts, 'after')).toEqual([args[2]])
  expect(find(cluster, texts, 'ärger')).toEqual([args[3]])
  expect(find(cluster, texts, 'stanbul')).toEqual([args[1]])
})

test('what changed since is found as it is now', () => {
  const cluster = clusterOf(["('old',)"])
  const texts = createTaskTexts(clock)
  expect(find(cluster, texts, 'fresh')).toEqual([])

  cluster.apply(taskEvent('succeeded', 'id-0', 2, { result: "'Fresh'" }), NOW_MS)

  expect(find(cluster, texts, 'fresh')).toEqual(["('old',)"])
})

test('is made ready in turns', async () => {
  const cluster = clusterOf(Array.from({ length: 4_500 }, (_, i) => `('Customer ${i}.',)`))
  const texts = createTaskTexts(clock)
  slept = 0

  await texts.prepare(cluster.columns())

  expect(slept).toBeGreaterThan(1)
  expect(find(cluster, texts, 'customer 4499.')).toHaveLength(1)
})
