import { expect, test } from 'vitest'
import type { QueueRowView, StatusView } from '../../live/views.ts'
import { BLIND_RULE_NAME } from '../alerts/rule.ts'
import { attentionOf } from './attention.ts'
import type { FeedDeps } from './deps.ts'

const NOW_MS = 1_000_000

function seen(broker: StatusView['broker']['state'], errors: Readonly<Record<string, string | null>>) {
  const row = (name: string, error: string | null) => ({
    name,
    error,
    waiting: error === null ? 5 : null,
    alert: 'ok',
    paused: null,
    workers: [],
    trend: 'steady',
  })
  const status = {
    broker: { state: broker, sinceMs: 1, reason: 'connection refused' },
    events: { lastMs: NOW_MS },
    counts: { workersTotal: 1 },
    gaps: [],
  }
  return {
    // Only what attention looks at.
    queues: Object.entries(errors).map(([name, error]) => row(name, error)) as unknown as QueueRowView[],
    status: status as unknown as StatusView,
    ...{ workers: [], failures: [], nowMs: NOW_MS },
  }
}

function deps(firing: readonly string[] = [], setAside: Readonly<Record<string, number>> = {}): FeedDeps {
  const active = firing.map((rule) => ({
    id: rule,
    rule,
    state: 'firing',
    silenced: false,
    text: `${rule} fires`,
    sinceMs: 1,
  }))
  return {
    alerts: { view: () => ({ active, rules: [] }) },
    schedules: { view: () => ({ sources: [], rows: [] }) },
    queues: { latest: () => ({ setAside }), waitingSinceMs: () => null },
  } as unknown as FeedDeps // only what attention asks
}

test('a broker that is away is one line, whatever else comes of it; other alerts stay', () => {
  const down = seen('reconnecting', { high: 'gone', low: 'gone', default: 'gone' })

  expect(attentionOf(deps([BLIND_RULE_NAME, 'Failing']), down).map(({ text }) => text)).toEqual([
    'Umbel cannot reach the broker: connection refused.',
    'Failing fires',
  ])
})

test('queues that cannot be read for the same reason are one line', () => {
  const found = attentionOf(deps(), seen('ready', { a: 'Timed out.', b: 'Timed out.', c: 'It is a hash', d: null }))

  expect(found.map(({ text, href }) => [text, href])).toEqual([
    ['2 queues cannot be read: Timed out.', '/queues'],
    ['Queue c cannot be read: It is a hash.', '/queue/c'],
  ])
})

test('an alert can be silenced from its line, and what failed alike is found and retried from its own', () => {
  const failures = [{ id: 'f', task: 'pay', exception: 'KeyError', count: 6, firstMs: NOW_MS - 1, lastMs: NOW_MS }]
  const found = attentionOf(deps(['Late']), { ...seen('ready', {}), failures })

  expect(found.map(({ href, deed }) => [href, deed])).toEqual([
    ['/alerts', { kind: 'silence', rule: 'Late' }],
    [
      '/tasks?q=state%3Afailed%20name%3Apay%20error%3AKeyError',
      { kind: 'retry', q: 'state:failed name:pay error:KeyError' },
    ],
  ])
})

test('messages that were set aside are named with their queue', () => {
  expect(attentionOf(deps([], { high: 1, 'a/b': 4 }), seen('ready', {})).map(({ text, href }) => [text, href])).toEqual(
    [
      ['1 message of queue high could not be read and was set aside.', '/queue/high'],
      ['4 messages of queue a/b could not be read and were set aside.', '/queue/a%2Fb'],
    ],
  )
})

test('a queue that nobody serves is told of, but not one that somebody paused', () => {
  const { queues, ...rest } = seen('ready', { a: null, b: null })
  const paused = { who: 'anna', sinceMs: 0, workers: ['w1'], silent: [] }
  const waiting = queues.map((queue) => ({ ...queue, waiting: 5, trend: 'never' as const }))
  const found = attentionOf(deps(), {
    ...rest,
    queues: waiting.map((queue) => (queue.name === 'b' ? { ...queue, paused } : queue)),
  })

  expect(found.map(({ text }) => text)).toEqual(['5 messages in queue a, and no worker serves it.'])
})
