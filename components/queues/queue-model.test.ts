import { describe, expect, it } from 'vitest'
import type { QueueRowView, WorkerRowView } from '../../lib/live/views.ts'
import { byTrouble, toQueueRow } from './queue-row.model.ts'
import { queueSentence } from './queue-sentence.ts'
import { layOut } from './raw-text.ts'

function queue(fields: Partial<QueueRowView>): QueueRowView {
  return {
    name: 'high',
    waiting: 0,
    unacked: 0,
    byPriority: [],
    inPerSecond: 0,
    outPerSecond: 0,
    trend: 'empty',
    emptyInMs: null,
    workers: ['w1'],
    spark: [],
    limit: null,
    alert: 'ok',
    error: null,
    oldest: null,
    paused: null,
    ...fields,
  }
}

function worker(fields: Partial<WorkerRowView>): WorkerRowView {
  return {
    name: 'w1',
    state: 'online',
    active: 2,
    concurrency: 4,
    pool: 'prefork',
    queues: ['high'],
    processed: null,
    succeeded: 0,
    failed: 0,
    donePerMinute: 0,
    load: null,
    memoryBytes: null,
    pid: null,
    software: null,
    upSinceMs: null,
    lastSeenMs: null,
    skewMs: null,
    now: null,
    ...fields,
  }
}

describe('toQueueRow', () => {
  it('warns of waiting work that nobody takes, not of an empty queue without workers', () => {
    const orphan = toQueueRow(queue({ trend: 'never', waiting: 118, workers: [] }), [])
    expect(orphan).toMatchObject({ isOrphaned: true, outlook: { text: 'never', tone: 'bad' } })
    expect(toQueueRow(queue({ trend: 'never', waiting: 0, workers: [] }), [])).toMatchObject({
      isOrphaned: false,
      outlook: { text: '–', tone: 'quiet' },
    })
  })

  it('says when it will be empty', () => {
    expect(toQueueRow(queue({ trend: 'draining', emptyInMs: 130_000 }), []).outlook.text).toBe('2 m 10 s')
    expect(toQueueRow(queue({ trend: 'growing' }), []).outlook).toMatchObject({ text: 'growing', tone: 'warn' })
  })

  it('counts the slots of its own workers that are there', () => {
    const workers = [
      worker({}),
      worker({ name: 'w2', active: 8, concurrency: 8 }),
      worker({ name: 'w3', state: 'offline' }),
      worker({ name: 'w4', concurrency: null }),
    ]
    const row = toQueueRow(queue({ workers: ['w1', 'w3', 'w4'] }), workers)
    expect(row.slots).toEqual({ busy: 2, total: 4 })
    expect(toQueueRow(queue({ workers: ['w4'] }), workers).slots).toBeNull()
  })

  it('names priorities only where there are some', () => {
    expect(toQueueRow(queue({ byPriority: [{ step: 0, waiting: 4 }] }), []).priorities).toBeNull()
    const parts = [0, 3, 6].map((step) => ({ step, waiting: step }))
    expect(toQueueRow(queue({ byPriority: parts }), []).priorities).toBe('priority 3: 3\npriority 6: 6')
  })

  it('sorts by trouble, then by size, then by name', () => {
    const rows = [
      queue({ name: 'calm', waiting: 5, trend: 'steady' }),
      queue({ name: 'big', waiting: 900, trend: 'draining' }),
      queue({ name: 'grows', waiting: 3, trend: 'growing' }),
      queue({ name: 'orphan', waiting: 1, trend: 'never' }),
      queue({ name: 'over', waiting: 11, limit: 10, trend: 'steady' }),
      queue({ name: 'also', waiting: 5, trend: 'steady' }),
      queue({ name: 'blind', waiting: null, trend: 'unknown', error: 'WRONGTYPE' }),
    ].map((each) => toQueueRow(each, []))
    expect(rows.sort(byTrouble).map((row) => row.name)).toEqual([
      'over',
      'blind',
      'orphan',
      'grows',
      'big',
      'also',
      'calm',
    ])
  })
})

describe('queueSentence', () => {
  it.each<[Partial<QueueRowView>, string]>([
    [{ trend: 'empty' }, 'Empty.'],
    [{ trend: 'empty', inPerSecond: 2 }, 'Empty: 2/s come in and are taken at once.'],
    [{ trend: 'never', waiting: 118 }, 'No worker takes from this queue: 118 messages will wait until one does.'],
    [
      { trend: 'growing', waiting: 3_904, inPerSecond: 21, outPerSecond: 17.9 },
      'Growing by 3.1/s. At this rate 1,860 more in 10 min. A message that comes now waits about 3 m 38 s.',
    ],
    [
      { trend: 'growing', waiting: 400, limit: 1_000, inPerSecond: 10, outPerSecond: 0 },
      'Growing by 10.0/s. At this rate it reaches its limit of 1,000 in 1 m 00 s.',
    ],
    [
      { trend: 'draining', waiting: 100, emptyInMs: 50_000, outPerSecond: 5 },
      'Draining: empty in about 50 s. A message that comes now waits about 20 s.',
    ],
    [{ trend: 'steady', waiting: 0, inPerSecond: 140, outPerSecond: 140 }, 'Steady: 140/s in, 140/s out.'],
    [{ trend: 'unknown', error: 'WRONGTYPE' }, 'This queue could not be read: WRONGTYPE'],
    [{ trend: 'unknown' }, 'Not seen long enough to say where it goes.'],
  ])('%j', (fields, sentence) => {
    expect(queueSentence(queue(fields))).toBe(sentence)
  })
})

describe('layOut', () => {
  it('lays out JSON and leaves the rest alone', () => {
    expect(layOut('{"a":1}')).toBe('{\n  "a": 1\n}')
    expect(layOut('gASV')).toBe('gASV')
  })
})

describe('a paused queue', () => {
  const paused = { who: 'anna', sinceMs: 0, workers: ['w1'], silent: [] }
  const waits = { waiting: 118, trend: 'never', workers: [], paused } as const

  it('never warns, and says why nobody takes from it', () => {
    const row = toQueueRow(queue(waits), [])

    expect(row.isOrphaned).toBe(false)
    expect(row.outlook).toEqual({ text: 'paused', tone: 'quiet', why: 'Paused by anna' })
    expect(queueSentence(queue(waits))).toBe('Paused: 118 messages wait until it goes on.')
  })

  it('from which somebody takes all the same is as any other', () => {
    expect(toQueueRow(queue({ ...waits, trend: 'growing', workers: ['w2'] }), []).outlook.text).toBe('growing')
  })
})
