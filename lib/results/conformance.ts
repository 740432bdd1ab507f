/** What every result backend must do (the promises of `results.ts`), as tests that each implementation runs. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Decimal } from '../protocol/extended-json.ts'
import type { TaskMeta } from '../protocol/task-meta.ts'
import type { ResultStore } from './results.ts'

export interface ResultsExercise {
  /** A store with nothing in it, open. */
  open(): Promise<ResultStore>
  /** After each test. */
  close(store: ResultStore): Promise<void>
  /** Longest id that a file system takes, less the key's prefix; any when left out. */
  readonly longestId?: number
  /** False: what is old goes only by `cleanup`. */
  readonly expires?: boolean
}

export function meta(id: string, status: string, result: unknown = null): TaskMeta {
  const done = status === 'SUCCESS' || status === 'FAILURE' ? '2026-11-21T01:40:42.842911+00:00' : null
  return { task_id: id, status, result, traceback: null, children: [], date_done: done }
}

async function collect(store: ResultStore, limit: number, signal = new AbortController().signal): Promise<TaskMeta[]> {
  const all: TaskMeta[] = []
  for await (const batch of store.scan({ limit, signal })) all.push(...batch)
  return all
}

export function exerciseResults(name: string, exercise: ResultsExercise): void {
  describe(`${name} results`, () => {
    let store: ResultStore
    beforeEach(async () => {
      store = await exercise.open()
    })
    afterEach(() => exercise.close(store))

    it('RES-1 gives back what was stored, field by field', async () => {
      const stored: TaskMeta = {
        ...meta('a', 'FAILURE', { exc_type: 'ValueError', exc_message: ['x', 42], exc_module: 'builtins' }),
        traceback: 'Traceback (most recent call last):\n  "ä"',
        children: [[['b', null], null]],
        group_id: 'g',
        parent_id: 'p',
        name: 'proj.add',
        args: [1, new Decimal('1.10'), 2n ** 70n],
        kwargs: { when: new Date('2026-01-02T03:04:05Z') },
        worker: 'w@h',
        retries: 2,
        queue: 'celery',
      }
      await store.set(stored, null)
      expect(await store.get('a')).toEqual(stored)
    })

    it('RES-1 a later state replaces an earlier one', async () => {
      await store.set(meta('a', 'STARTED', { pid: 1, hostname: 'w@h' }), null)
      await store.set(meta('a', 'PROGRESS', { done: 1 }), null)
      await store.set(meta('a', 'FAILURE'), null)
      expect((await store.get('a'))?.status).toBe('FAILURE')
    })

    it('RES-2 a stored SUCCESS stays, whatever comes after it', async () => {
      await store.set(meta('a', 'SUCCESS', 1), null)
      for (const status of ['STARTED', 'RETRY', 'FAILURE', 'REVOKED']) await store.set(meta('a', status), null)
      await store.set(meta('a', 'SUCCESS', 2), null)
      expect((await store.get('a'))?.result).toBe(1)
    })

    it('RES-2 holds when many write at once', async () => {
      const others = Array.from({ length: 6 }, () => store.set(meta('a', 'STARTED'), null))
      await Promise.all([...others, store.set(meta('a', 'SUCCESS', 'kept'), null)])
      expect(await store.get('a')).toMatchObject({ status: 'SUCCESS', result: 'kept' })
    })

    it('RES-3 a missing key is null', async () => {
      expect(await store.get('nobody')).toBeNull()
      expect(await store.getMany([])).toEqual([])
    })

    it('answers many in the order of the question, twice where asked twice', async () => {
      const ids = Array.from({ length: 1200 }, (_, index) => `t${index}`)
      await Promise.all(ids.map((id) => store.set(meta(id, 'SUCCESS', id), null)))
      const asked = ['t7', 'missing', ...ids, 't7']
      const answers = await store.getMany(asked)
      expect(answers.map((one) => one?.result ?? null)).toEqual(asked.map((id) => (id === 'missing' ? null : id)))
    })

    it('scans all, each once, at most the limit, and stops when told', async () => {
      const ids = Array.from({ length: 700 }, (_, index) => `t${index}`)
      await Promise.all(ids.map((id) => store.set(meta(id, 'SUCCESS'), null)))
      expect((await collect(store, 10_000)).map((one) => one.task_id).sort()).toEqual([...ids].sort())
      expect(await collect(store, 30)).toHaveLength(30)
      expect(await collect(store, 10_000, AbortSignal.abort())).toEqual([])
    })

    it('ids may be any text', async () => {
      for (const id of ['with space', 'ümläut', 'a*b', '[x]', '"quoted"', 'x'.repeat(exercise.longestId ?? 250)]) {
        await store.set(meta(id, 'SUCCESS', id), null)
        expect((await store.get(id))?.result).toBe(id)
      }
    })

    it('RES-5 tells a subscriber the present state and every one that follows, until it is closed', async () => {
      const heard: string[] = []
      await store.set(meta('a', 'STARTED'), null)
      const subscription = await store.subscribe(['a'], (one) => heard.push(`${one.task_id} ${one.status}`))
      await expect.poll(() => heard).toEqual(['a STARTED'])
      await subscription.add(['b', 'a'])
      await store.set(meta('b', 'SUCCESS', 1), null)
      await expect.poll(() => heard.at(-1)).toBe('b SUCCESS')
      await store.set(meta('a', 'FAILURE'), null)
      await expect.poll(() => heard.at(-1)).toBe('a FAILURE')
      const again: string[] = []
      const other = await store.subscribe(['a', 'b'], (one) => again.push(one.task_id))
      await expect.poll(() => again.sort()).toEqual(['a', 'b'])
      await Promise.all([subscription.close(), other.close(), other.close()])
      const count = heard.length
      await store.set(meta('a', 'REVOKED'), null)
      expect((await store.get('a'))?.status).toBe('REVOKED')
      expect(heard).toHaveLength(count)
    })

    it('RES-5 misses nothing that is stored while it subscribes', async () => {
      const ids = Array.from({ length: 300 }, (_, index) => `t${index}`)
      const heard = new Set<string>()
      const writing = Promise.all(ids.map((id) => store.set(meta(id, 'SUCCESS'), null)))
      const open = ids.map((id) => store.subscribe([id], (one) => heard.add(one.task_id)))
      await Promise.all([writing, ...open])
      await expect.poll(() => heard.size, { timeout: 5000 }).toBe(ids.length)
      await Promise.all(open.map(async (one) => (await one).close()))
    })

    it('RES-7 gives a group back as it was saved, until it is deleted', async () => {
      const results = [
        [['a', null], null],
        [['inner', null], [[['b', [['a', null], null]], null]]],
      ]
      await store.saveGroup({ id: 'g', parent: [['p', null], null], results }, null)
      expect(await store.getGroup('g')).toEqual({ id: 'g', parent: [['p', null], null], results })
      await store.deleteGroup('g')
      expect(await store.getGroup('g')).toBeNull()
    })

    it('RES-8 what was deleted is as if it had never been', async () => {
      await store.set(meta('a', 'SUCCESS', 1), null)
      await store.delete('a')
      await store.delete('nobody')
      expect(await store.get('a')).toBeNull()
      await store.set(meta('a', 'STARTED'), null)
      expect((await store.get('a'))?.status).toBe('STARTED')
    })

    if (exercise.expires ?? true) {
      it('forgets after the time given', async () => {
        await store.set(meta('short', 'SUCCESS'), 1000)
        await store.set(meta('long', 'SUCCESS'), null)
        await expect.poll(() => store.get('short'), { timeout: 5000, interval: 100 }).toBeNull()
        expect(await store.get('long')).not.toBeNull()
      })
    }
  })
}
