import { beforeEach, describe, expect, it } from 'vitest'
import { meta } from '../results/conformance.ts'
import { createMemoryResults } from '../results/memory/memory-results.ts'
import type { ResultStore, TaskMeta } from '../results/results.ts'
import { systemClock } from '../runtime/clock.ts'
import { AsyncResult, IncompleteStream, ResultTimeoutError } from './async-result.ts'
import { runAs } from './current-task.ts'
import { GroupResult } from './group-result.ts'
import { allowJoinResult } from './join-rule.ts'
import type { ResultHome } from './result-home.ts'
import { resultFromTuple } from './result-nodes.ts'
import { ResultSet } from './result-set.ts'

let store: ResultStore
let home: ResultHome
let told: unknown[]
const failure = { exc_type: 'ValueError', exc_message: ['x', 42], exc_module: 'builtins' }
const result = (id: string, parent: AsyncResult | GroupResult | null = null) => new AsyncResult(id, home, { parent })
const put = (id: string, status: string, value: unknown = null, more: Partial<TaskMeta> = {}) =>
  store.set({ ...meta(id, status, value), ...more }, null)

beforeEach(() => {
  store = createMemoryResults()
  told = []
  const tell = async (...args: unknown[]) => {
    told.push(args)
    return null
  }
  home = {
    resultSource: async () => ({ store, clock: systemClock }),
    resultFromTuple: (tuple) => resultFromTuple(tuple, home),
    compiled: { resultExpiresMs: 60_000 },
    control: { revoke: tell, revokeByStampedHeaders: tell },
  }
})

/** The same store for a client that is not told of results. */
function withoutSubscriptions(): void {
  store = { ...store, supports: { ...store.supports, subscribe: false } }
}

describe('AsyncResult', () => {
  for (const kind of ['told', 'looking']) {
    it(`get waits for the end of the task (${kind}), and sees the states before it`, async () => {
      if (kind === 'looking') withoutSubscriptions()
      const seen: string[] = []
      const called: unknown[] = []
      const waiting = result('a').get({
        interval: 0.005,
        onMessage: (one) => seen.push(one.status),
        callback: (id, value) => called.push(id, value),
      })
      await put('a', 'STARTED')
      await expect.poll(() => seen).toEqual(['STARTED'])
      await put('a', 'SUCCESS', [1, null])
      expect(await waiting).toEqual([1, null])
      expect(seen).toEqual(['STARTED', 'SUCCESS'])
      expect(called).toEqual(['a', [1, null]])
    })
  }

  it('get ends when the program closes its connection', async () => {
    const onClose = new Set<() => void>()
    home = { ...home, resultSource: async () => ({ store, clock: systemClock, onClose }) }
    const waiting = result('a').get()
    await expect.poll(() => onClose.size).toBe(1)
    for (const close of onClose) close()
    await expect(waiting).rejects.toMatchObject({ code: 'broker/closed' })
    expect(onClose.size).toBe(0)
  })

  it('get throws what the task threw, as it was', async () => {
    await put('a', 'FAILURE', failure, { traceback: 'Traceback ...' })
    const thrown = { name: 'ValueError', module: 'builtins', args: ['x', 42], traceback: 'Traceback ...' }
    await expect(result('a').get()).rejects.toMatchObject(thrown)
    expect(await result('a').get({ propagate: false })).toMatchObject(thrown)
    expect(await result('a').failed()).toBe(true)
    await expect(result('a').maybeThrow()).rejects.toMatchObject({ name: 'ValueError' })
  })

  it('get runs out of time, also without any', async () => {
    await expect(result('a').get({ timeout: 0.01 })).rejects.toBeInstanceOf(ResultTimeoutError)
    await expect(result('a').get({ timeout: 0 })).rejects.toThrow('The operation timed out.')
    withoutSubscriptions()
    await expect(result('a').get({ timeout: 0 })).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  it('get without any time gives what is there already', async () => {
    await put('a', 'SUCCESS', 1)
    const { subscribe } = store
    const slow = async (...args: Parameters<typeof subscribe>) => {
      await systemClock.sleep(20)
      return subscribe(...args)
    }
    store = { ...store, subscribe: slow }
    expect(await result('a').get({ timeout: 0 })).toBe(1)
  })

  it('get throws the error of a step before it, which alone will ever be stored', async () => {
    const waiting = result('c', result('b', result('a'))).get({ timeout: 5 })
    await put('a', 'FAILURE', failure)
    await expect(waiting).rejects.toMatchObject({ name: 'ValueError' })
    await expect(result('c', result('a')).get({ timeout: 0.01, followParents: false })).rejects.toThrow('timed out')
  })

  it('get never waits inside a task, unless that is allowed', async () => {
    await put('a', 'SUCCESS', 1)
    const task = { id: 't', rootId: null, priority: 0, sender: null, children: [] }
    const inTask = <T>(body: () => Promise<T>) => runAs(task, body)
    await expect(inTask(() => result('a').get())).rejects.toThrow('Never call result.get() within a task!')
    await expect(inTask(() => new ResultSet([result('a')], home).join())).rejects.toMatchObject({
      name: 'RuntimeError',
    })
    expect(await inTask(() => result('a').get({ disableSyncSubtasks: false }))).toBe(1)
    expect(await inTask(() => allowJoinResult(() => result('a').get()))).toBe(1)
  })

  it('an ignored result is null at once', async () => {
    expect(await new AsyncResult('a', home, { ignored: true }).get()).toBeNull()
  })

  it('tells what is stored, and does not ask again when it has ended', async () => {
    const one = result('a')
    expect([await one.state(), await one.ready(), await one.exists(), await one.result()]).toEqual([
      'PENDING',
      false,
      false,
      null,
    ])
    await put('a', 'PROGRESS', { done: 1 })
    expect([await one.status(), await one.info()]).toEqual(['PROGRESS', { done: 1 }])
    const extended = { name: 'proj.a', args: [1], kwargs: { k: 2 }, worker: 'w@h', retries: 3, queue: 'q' }
    await put('a', 'SUCCESS', 7, { ...extended, date_done: '2026-01-02T03:04:05' })
    expect(await one.successful()).toBe(true)
    await store.delete('a')
    expect([await one.name(), await one.args(), await one.kwargs()]).toEqual(['proj.a', [1], { k: 2 }])
    expect([await one.worker(), await one.retries(), await one.queue()]).toEqual(['w@h', 3, 'q'])
    expect(await one.dateDone()).toEqual(new Date('2026-01-02T03:04:05Z'))
  })

  it('is no thenable: an async function may return it', async () => {
    const one = result('a')
    expect(await Promise.resolve(one)).toBe(one)
  })

  it('walks what followed from it', async () => {
    await put('a', 'SUCCESS', 1, {
      children: [
        [['b', null], null],
        [['g', null], [[['c', null], null]]],
      ],
    })
    await put('b', 'SUCCESS', 2)
    const walk = async () => {
      for await (const [, node] of result('a').iterdeps()) expect(node.id).not.toBe('nobody')
    }
    await expect(walk()).rejects.toBeInstanceOf(IncompleteStream)
    await put('c', 'SUCCESS', 3)
    expect(await result('a').getLeaf()).toBe(3)
    const found: unknown[] = []
    for await (const [node, value] of result('a').collect()) found.push([String(node), value])
    expect(found).toEqual([
      ['a', 1],
      ['b', 2],
      ['g', [3]],
      ['c', 3],
    ])
  })

  it('forgets itself and the steps before it, and is revoked alone', async () => {
    for (const id of ['a', 'b']) await put(id, 'SUCCESS')
    await result('b', result('a')).forget()
    expect(await store.getMany(['a', 'b'])).toEqual([null, null])
    await result('b', result('a')).revoke({ terminate: true, signal: 'SIGKILL' })
    expect(told).toEqual([['b', { terminate: true, signal: 'SIGKILL', reply: false }]])
  })
})

describe('results in tuples', () => {
  const tuples = [
    [['A', null], null],
    [['B', [['A', null], null]], null],
    [
      ['G', null],
      [
        [['A', null], null],
        [['B', null], null],
      ],
    ],
    [['F', [['BODY', [['G', [['FIRST', null], null]], [[['A', null], null]]]], null]], null],
  ]
  for (const tuple of tuples) {
    it(`reads and writes ${JSON.stringify(tuple)}`, () => {
      expect(resultFromTuple(tuple, home)?.asTuple()).toEqual(tuple)
    })
  }

  it('what is no result is none', () => {
    for (const wrong of [null, 7, {}, [], [[1, null], null], [[null], null]]) {
      expect(resultFromTuple(wrong, home)).toBeNull()
    }
  })
})

describe('ResultSet and GroupResult', () => {
  const group = () =>
    new GroupResult(
      'g',
      ['a', 'b', 'c'].map((id) => result(id)),
      home,
    )

  it('gives the values in order, whoever ends first, also those of groups in it', async () => {
    const nested = new ResultSet([result('x'), group()], home)
    const waiting = nested.get({ timeout: 5 })
    for (const id of ['c', 'x', 'b', 'a']) await put(id, 'SUCCESS', id)
    expect(await waiting).toEqual(['x', ['a', 'b', 'c']])
    expect(await nested.completedCount()).toBe(2)
  })

  it('joinNative throws what it sees first, join the first in order', async () => {
    const native = group().joinNative({ timeout: 5 })
    const ordered = group().join({ timeout: 5 })
    await put('c', 'FAILURE', { ...failure, exc_type: 'Late' })
    await expect(native).rejects.toMatchObject({ name: 'Late' })
    await put('a', 'FAILURE', { ...failure, exc_type: 'First' })
    await expect(ordered).rejects.toMatchObject({ name: 'First' })
  })

  it('mixes values and errors when they are not to be thrown', async () => {
    await put('a', 'SUCCESS', 2)
    await put('b', 'FAILURE', failure)
    await put('c', 'SUCCESS', 4)
    const set = group()
    expect(await set.get({ propagate: false })).toMatchObject([2, { name: 'ValueError' }, 4])
    const facts = [await set.successful(), await set.failed(), await set.ready(), await set.waiting()]
    expect(facts).toEqual([false, true, true, false])
    expect(await set.completedCount()).toBe(2)
    await expect(set.maybeThrow()).rejects.toMatchObject({ name: 'ValueError' })
  })

  it('has one time for all', async () => {
    await put('a', 'SUCCESS')
    await expect(group().get({ timeout: 0.02 })).rejects.toBeInstanceOf(ResultTimeoutError)
    expect(await new ResultSet([], home).get()).toEqual([])
  })

  it('with a callback hands over the values and collects none', async () => {
    const heard: unknown[] = []
    for (const id of ['a', 'b', 'c']) await put(id, 'SUCCESS', id)
    expect(await group().join({ callback: (id, value) => heard.push([id, value]) })).toEqual([])
    expect(heard).toEqual([
      ['a', 'a'],
      ['b', 'b'],
      ['c', 'c'],
    ])
  })

  it('iterates in the order of ending', async () => {
    const values: unknown[] = []
    const reading = (async () => {
      for await (const value of group()) values.push(value)
    })()
    for (const id of ['b', 'c', 'a']) {
      await put(id, 'SUCCESS', id)
      await expect.poll(() => values.at(-1)).toBe(id)
    }
    await reading
    expect(values).toEqual(['b', 'c', 'a'])
    expect([...group()].map(String)).toEqual(['a', 'b', 'c'])
  })

  it('is saved, restored and deleted', async () => {
    const saved = new GroupResult('g', [...group(), new GroupResult('inner', [result('d')], home)], home, result('p'))
    await saved.save()
    const restored = await GroupResult.restore('g', home)
    expect(restored?.asTuple()).toEqual(saved.asTuple())
    await saved.delete()
    expect(await GroupResult.restore('g', home)).toBeNull()
  })

  it('adds, removes, revokes all with one message and forgets all', async () => {
    const set = new ResultSet([result('a')], home)
    set.update([result('a'), group()])
    expect(set.length).toBe(2)
    await set.revoke()
    expect(told).toEqual([[['a', 'a', 'b', 'c'], { reply: false }]])
    expect(() => set.remove('nobody')).toThrow(RangeError)
    set.remove('a')
    set.discard('nobody')
    expect(set.at(0)?.id).toBe('g')
    await put('b', 'SUCCESS')
    await set.forget()
    expect(await store.get('b')).toBeNull()
    set.clear()
    expect(set.length).toBe(0)
  })
})
