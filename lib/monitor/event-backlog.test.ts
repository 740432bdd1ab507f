import { describe, expect, it } from 'vitest'
import { waitFor } from '../testing/wait-for.ts'
import { createEventBacklog } from './event-backlog.ts'

function setUp(maxLength: number) {
  const read: string[] = []
  const overflows: number[] = []
  let nowMs = 1_000
  const backlog = createEventBacklog({
    maxLength,
    nowMs: () => nowMs,
    // Each look at the clock finds a millisecond gone: a turn ends after a few messages.
    monotonicMs: () => nowMs++,
    read: (raw, arrivedMs) => {
      expect(arrivedMs).toBeLessThanOrEqual(nowMs)
      read.push(raw)
    },
    onOverflow: (sinceMs) => overflows.push(sinceMs),
  })
  return { backlog, read, overflows }
}

const messages = Array.from({ length: 500 }, (_, i) => `message ${i}`)

describe('the backlog', () => {
  it('reads at once while little comes', () => {
    const { backlog, read } = setUp(1_000)
    backlog.push('a')
    expect(read).toEqual(['a'])
  })

  it('reads all of a burst, in order, and lets other work in between', async () => {
    const { backlog, read } = setUp(1_000_000)
    for (const message of messages) backlog.push(message)
    expect(read.length).toBeLessThan(50)
    await new Promise((resolve) => setImmediate(resolve))
    expect(read.length).toBeLessThan(messages.length)
    backlog.push('last')
    await waitFor(() => read.length === messages.length + 1)
    expect(read).toEqual([...messages, 'last'])
    expect(backlog.length).toBe(0)
  })

  it('has a bound, says once that it overflowed, and takes again what comes later', async () => {
    const { backlog, read, overflows } = setUp(1_000)
    for (const message of messages) backlog.push(message)
    expect(overflows).toHaveLength(1)
    expect(backlog.length).toBeLessThanOrEqual(1_000)
    await waitFor(() => backlog.length === 0)
    expect(read).toEqual(messages.slice(0, read.length))
    await new Promise((resolve) => setImmediate(resolve))
    backlog.push('later')
    await waitFor(() => read.at(-1) === 'later')
    for (const message of messages) backlog.push(message)
    expect(overflows).toHaveLength(2)
  })

  it('gives up what waits when it is cleared', async () => {
    const { backlog, read } = setUp(1_000_000)
    for (const message of messages) backlog.push(message)
    const before = read.length
    backlog.clear()
    await new Promise((resolve) => setImmediate(resolve))
    expect(read).toHaveLength(before)
  })
})
