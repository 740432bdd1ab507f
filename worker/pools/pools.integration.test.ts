/** Every pool keeps the contract of pool.ts. Children are real: processes and threads that load the app's file. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Bench, openBench } from '../../lib/testing/pool-bench.ts'
import { waitFor } from '../../lib/testing/wait-for.ts'
import type { RunEnd } from '../hooks.ts'
import type { Outcome } from '../outcome.ts'
import { POOL_NAMES, type PoolName } from './pool-names.ts'

describe.each(POOL_NAMES)('%s', (name: PoolName) => {
  const children = name === 'threads' || name === 'processes'
  let bench: Bench
  let dir: string

  async function go(task: string, args: readonly unknown[] = [], limits = {}): Promise<Outcome> {
    await waitFor(() => bench.pool.free > 0)
    return bench.run(task, args, limits).outcome
  }

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'umbel-pools-'))
    bench = await openBench(name, { concurrency: name === 'solo' ? 1 : 2 })
  })
  afterAll(async () => {
    await bench.pool.stop()
    await rm(dir, { recursive: true, force: true })
  })

  test('POL-1: what a body returns, throws or decides comes back as data', async () => {
    expect(await go('pool.add', [1, 2])).toEqual({ type: 'returned', value: 3 })
    expect(await go('pool.echo', [null, 'é', [1.5, { a: true }]])).toMatchObject({
      value: [null, 'é', [1.5, { a: true }]],
    })
    const values = await go('pool.values')
    expect(values).toMatchObject({ value: { when: new Date(1_700_000_000_000), big: 12345678901234567890n } })
    expect(await go('pool.fail')).toMatchObject({ type: 'raised', failure: { repr: "RangeError('boom')" } })
    const decided = await go('pool.retry')
    expect(decided).toMatchObject({ type: 'retried', plan: { cause: { repr: "RangeError('again')" } } })
  })

  test('arguments that do not fit are a TypeError in Python words, before the body', async () => {
    const text = 'add() takes from 1 to 2 positional arguments but 3 were given'
    expect(await go('pool.add', [1, 2, 3])).toMatchObject({
      failure: { exception: { exc_type: 'TypeError', exc_message: [text] } },
    })
  })

  test('a body can store a state, send an event, and go on after a retry that it does not throw', async () => {
    expect(await go('pool.progress')).toMatchObject({ value: 0 })
    expect(bench.told).toContainEqual(['state', 'PROGRESS', { at: new Date(0) }])
    expect(bench.told).toContainEqual(['event', 'task-progress', { progress: 0.5 }])

    expect(await go('pool.retry_unthrown')).toMatchObject({ type: 'returned', value: 'and on' })
    expect(bench.told).toContainEqual(['retry', 'Retry in 7s'])
  })

  test('POL-1: a start, in the process that has it, and then an end', async () => {
    const run = bench.run('pool.pid')

    expect(run.startedPid).toBe(((await run.outcome) as { value: number }).value)
    expect(name === 'processes' ? run.startedPid !== process.pid : run.startedPid === process.pid).toBe(true)
  })

  test('POL-2: slots are taken and come back', async () => {
    await bench.full()
    const { size } = bench.pool
    const runs = Array.from({ length: size }, () => bench.run('pool.wait', [0.05]))
    expect([bench.pool.free, bench.pool.running]).toEqual([0, size])

    expect(await Promise.all(runs.map(({ outcome }) => outcome))).toEqual(
      Array(size).fill({ type: 'returned', value: 'waited' }),
    )

    await bench.full()
    expect([bench.pool.free, bench.pool.running]).toEqual([size, 0])
  })

  describe('POL-5: the soft time limit', () => {
    const softLimitMs = 60
    const exceeded = { type: 'raised', failure: { repr: 'SoftTimeLimitExceeded()' } }

    test('fails a body that waits, watching its signal or not, and one that computes', async () => {
      expect(await go('pool.wait', [10], { softLimitMs })).toMatchObject(exceeded)
      expect(await go('pool.deaf', [10], { softLimitMs })).toMatchObject(exceeded)
      expect(await go('pool.spin', [10], { softLimitMs })).toMatchObject(exceeded)
    })

    test('a body may clean up', async () => {
      // Time enough for it to come to where it waits.
      expect(await go('pool.cleans_up', [], { softLimitMs: 500 })).toMatchObject({
        type: 'returned',
        value: 'cleaned up',
      })
    })
  })

  test('POL-3: the hard time limit ends bodies that wait and bodies that compute', async () => {
    const timedOut = { type: 'timed-out', limitSeconds: 0.06 }

    expect(await go('pool.deaf', [10], { hardLimitMs: 60 })).toMatchObject(timedOut)
    expect(await go('pool.spin', [10], { hardLimitMs: 60 })).toMatchObject(timedOut)
    expect(await go('pool.add', [1])).toMatchObject({ value: 2 })
  })

  test('POL-3: terminate ends every job of an id, at once', async () => {
    await bench.full()
    const run = bench.run('pool.deaf', [10])

    expect(bench.pool.terminate(run.id, 15)).toBe(true)

    expect(await run.outcome).toEqual({ type: 'terminated', signum: 15 })
    expect(bench.pool.terminate(run.id, 15)).toBe(false)
    expect(await go('pool.add', [1])).toMatchObject({ value: 2 })
  })

  if (children)
    test('a value that cannot be sent is an EncodeError', async () => {
      const outcome = await go('pool.unserializable')
      expect(outcome).toMatchObject({
        failure: { exception: { exc_type: 'EncodeError', exc_module: 'kombu.exceptions' } },
      })
    })

  test('handlers run around the body, and hold its slot until they have', async () => {
    const file = join(dir, `${name}.log`)
    const failure = { exception: { exc_type: 'E', exc_message: [], exc_module: 'm' }, repr: 'E()', traceback: null }
    const ends: Readonly<Record<string, RunEnd>> = {
      ok: { state: 'SUCCESS', failure: null },
      fail: { state: 'FAILURE', failure },
      retry: { state: 'RETRY', failure },
    }
    for (const [how, end] of Object.entries(ends)) {
      await bench.full()
      const { hooks } = await go('pool.hooked', [file, how])
      if (how === 'ok') expect(bench.pool.free).toBe(bench.pool.size - 1)
      await hooks?.(end)
    }

    const lines = (await readFile(file, 'utf8')).trim().split('\n')
    const round = ['before_start', 'body']
    expect(lines).toEqual([
      ...[...round, 'on_success ok', 'after_return SUCCESS'],
      ...[...round, 'on_failure TypeError: no', 'after_return FAILURE'],
      ...[...round, 'on_retry RangeError: again'],
    ])
  })

  test('POL-1: cancelAll and a stop end what runs', async () => {
    const other = await openBench(name, { concurrency: 1 })
    const first = other.run('pool.deaf', [10])
    other.pool.cancelAll()
    expect(await first.outcome).toEqual({ type: 'cancelled' })

    await other.full()
    const second = other.run('pool.deaf', [10])
    await other.pool.stop()
    expect(await second.outcome).toEqual({ type: 'cancelled' })
  })

  if (name !== 'solo')
    test('POL-4: shrinking lets running jobs end', async () => {
      const other = await openBench(name, { concurrency: 2 })
      const runs = [other.run('pool.wait', [0.1]), other.run('pool.wait', [0.1])]

      other.pool.shrink(10)
      expect(other.pool.size).toBe(1)

      expect(await Promise.all(runs.map(({ outcome }) => outcome))).toMatchObject([
        { value: 'waited' },
        { value: 'waited' },
      ])
      await waitFor(() => other.pool.free === 1)
      other.pool.grow(1)
      await waitFor(() => other.pool.free === 2)
      await other.pool.stop()
    })

  if (children)
    test('POL-6: a child that ends or breaks is replaced, and its job knows why', async () => {
      const lost = { type: 'lost', reason: 'Worker exited prematurely: exitcode 3.' }
      expect(await go('pool.exit', [3])).toEqual(lost)
      expect(await go('pool.late_error')).toMatchObject({
        type: 'raised',
        failure: { repr: "TypeError('out of the blue')" },
      })
      await bench.full()
      expect(await go('pool.add', [1])).toMatchObject({ value: 2 })
    })

  if (name === 'processes')
    test('terminate with SIGUSR1 is the soft limit of a process: it lives on', async () => {
      const other = await openBench(name, { concurrency: 1 })
      const run = other.run('pool.cleans_up')
      await waitFor(() => other.told.length > 0)

      expect(other.pool.terminate(run.id, constants.signals.SIGUSR1)).toBe(true)
      expect(await run.outcome).toEqual({ type: 'terminated', signum: constants.signals.SIGUSR1 })

      await other.full()
      expect(await other.run('pool.pid').outcome).toEqual({ type: 'returned', value: run.startedPid })
      await other.pool.stop()
    })

  test('stats have the keys that Flower reads', async () => {
    await bench.full()
    const stats = bench.pool.stats()
    expect(stats['max-concurrency']).toBe(bench.pool.size)
    expect(stats['implementation']).toMatch(/^umbel\.worker\.pools\./)
    expect(stats['processes']).toHaveLength(name === 'processes' ? 2 : 1)
    expect(stats).toHaveProperty('timeouts')
    if (children) expect(stats['writes']).toMatchObject({ strategy: 'fair', inqueues: { total: 2, active: 0 } })
  })
})
