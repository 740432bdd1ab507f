import { expect, test } from 'vitest'
import { taskEvent } from '../testing/events.ts'
import { runAtOnce } from './block-tests.ts'
import { createCluster } from './cluster.ts'
import { BLOCK, createMarks, listMarked } from './row-marks.ts'
import { createTaskTexts } from './task-texts.ts'

const NOW_MS = 2_000_000

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
  const search = texts.open(columns, words.length)
  const found = new Set<number>()
  const rowsOf = search.rowsWith('args', words)
  for (let index = 0; index * BLOCK < columns.end; index++) {
    for (const row of listMarked(rowsOf(index) ?? createMarks(), BLOCK, new Int32Array(BLOCK)))
      found.add(index * BLOCK + row)
  }
  return [...found].sort((a, b) => a - b).map((slot) => columns.rows[slot]?.args)
}

test('a word is found in its own row, also where blocks of rows meet', () => {
  const args = Array.from({ length: 3_000 }, (_, i) => `('Customer ${i}.',)`)
  const cluster = clusterOf(args)
  const texts = createTaskTexts()

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
  const texts = createTaskTexts()

  expect(find(cluster, texts, 'after')).toEqual([args[2]])
  expect(find(cluster, texts, 'ärger')).toEqual([args[3]])
  expect(find(cluster, texts, 'stanbul')).toEqual([args[1]])
})

test('what changed since is found as it is now', () => {
  const cluster = clusterOf(["('old',)"])
  const texts = createTaskTexts()
  const find = () => texts.open(cluster.columns(), 1).rowsWith('results', ['fresh'])(0)?.[0]
  expect(find()).toBeUndefined()

  cluster.apply(taskEvent('succeeded', 'id-0', 2, { result: "'Fresh'" }), NOW_MS)

  expect(find()).toBe(1)
})

test('what was made before is found as well, and what was forgotten', () => {
  const args = Array.from({ length: 600 }, (_, i) => `('Customer ${i}.',)`)
  const cluster = clusterOf(args)
  const texts = createTaskTexts()
  const words = Array.from({ length: 100 }, (_, i) => `customer ${i}.`)

  runAtOnce(texts.prepare(cluster.columns()))
  expect(find(cluster, texts, ...words)).toEqual(args.slice(0, 100))
  texts.forget()
  expect(find(cluster, texts, 'customer 7.')).toEqual([args[7]])
})

test('a word that no UUID can hold is not looked for in ids that are some', () => {
  const cluster = createCluster({ maxTasks: 100, maxWorkers: 10, maxFieldBytes: 4_000 })
  cluster.apply(taskEvent('received', '8c1f2a3b-0000-4000-8000-00000000beef', 1, { name: 'a', args: '()' }), NOW_MS)
  const texts = createTaskTexts()
  const columns = cluster.columns()
  const rowsOf = (word: string) => texts.open(columns, 1).rowsWith('ids', [word])(0)?.[0]
  expect([rowsOf('beef'), rowsOf('2a3b-0000'), rowsOf('bees')]).toEqual([1, 1, undefined])
  cluster.apply(taskEvent('received', 'order-bees', 1, { name: 'a', args: '()' }), NOW_MS)
  const after = cluster.columns()
  expect(texts.open(after, 1).rowsWith('ids', ['bees'])(0)?.[0]).toBe(0b10)
})
