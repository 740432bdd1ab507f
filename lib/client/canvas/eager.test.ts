/** Tasks and canvases that run in the program that would send them (client-cli.md A6). */
import { describe, expect, test } from 'vitest'
import { Celery } from '../celery.ts'
import { EagerResult } from '../eager-result.ts'
import { GroupResult } from '../group-result.ts'
import { chain, chord, chunks, group, xmap, xstarmap } from './canvas.ts'
import type { Signature } from './signature.ts'

function create(settings: Record<string, unknown> = {}) {
  const app = new Celery('eager', { task_always_eager: true, ...settings })
  const seen: unknown[] = []
  const add = app.task('add', { params: ['x', 'y'] }, (x: number, y = 1) => x + y)
  const tasks = {
    add,
    tsum: app.task('tsum', {}, (numbers: number[]) => numbers.reduce((a, b) => a + b, 0)),
    ident: app.task('ident', {}, (...args: unknown[]) => args),
    note: app.task('note', {}, (...args: unknown[]) => void seen.push(args)),
    newErrback: app.task('newErrback', {}, (request: { id: string }, exc: Error, _: unknown) => {
      seen.push([request.id, exc.message])
    }),
    fail: app.task('fail', {}, () => {
      throw new RangeError('boom')
    }),
    flaky: app.task('flaky', { bind: true, maxRetries: 3 }, (self) => {
      if (self.request.retries < 2) throw self.retry({ exc: new Error('not yet'), countdown: 100 })
      return self.request.retries
    }),
    hopeless: app.task('hopeless', { bind: true, maxRetries: 1 }, (self) => {
      throw self.retry({ exc: new RangeError('never') })
    }),
    auto: app.task('auto', { autoretryFor: ['RangeError'], maxRetries: 2, bind: true }, (self) => {
      if (self.request.retries < 2) throw new RangeError('again')
      return 'at last'
    }),
    replaced: app.task('replaced', { bind: true }, (self, x: number) => self.replace(add.s(x, 100))),
    nosy: app.task('nosy', {}, async () => (await add.delay(1, 1)).get()),
  }
  return { app, seen, ...tasks }
}

const valueFrom = async (sig: Signature) => (await sig.applyAsync()).get()

describe('one task', () => {
  test('runs at once, with an eager result', async () => {
    const { add } = create()
    const result = await add.delay(2, 3)

    expect(result).toBeInstanceOf(EagerResult)
    expect([await result.get(), await result.state(), await result.ready(), await result.successful()]).toEqual([
      5,
      'SUCCESS',
      true,
      true,
    ])
    expect(await (await add.applyAsync([1], { y: 5 }, { countdown: 60, taskId: 'mine' })).get()).toBe(6)
    await expect(add.applyAsync([])).rejects.toThrow("add() missing 1 required positional argument: 'x'")
  })

  test('takes its arguments through the serializer', async () => {
    const { ident } = create()
    const shared = { list: [1, 2] }
    const value = await (await ident.delay(shared)).get()

    expect(value).toEqual([shared])
    expect((value as unknown[])[0]).not.toBe(shared)
    await expect(ident.delay(Symbol('no'))).rejects.toThrow()
  })

  test('a failure is kept, or thrown where the setting says so', async () => {
    const { fail } = create()
    const result = await fail.delay()

    expect(await result.state()).toBe('FAILURE')
    await expect(result.get()).rejects.toThrow('boom')
    expect(await result.get({ propagate: false })).toBeInstanceOf(RangeError)
    expect((await result.meta())?.result).toMatchObject({ exc_type: 'RangeError', exc_message: ['boom'] })
    await expect(create({ task_eager_propagates: true }).fail.delay()).rejects.toThrow('boom')
    await expect(fail.apply([], {}, { throw: true })).rejects.toThrow('boom')
  })

  test('retries at once, and gives up with the cause', async () => {
    const { flaky, hopeless, auto } = create()

    expect(await (await flaky.delay()).get()).toBe(2)
    await expect((await hopeless.delay()).get()).rejects.toThrow('never')
    expect(await (await auto.delay()).get()).toBe('at last')
  })

  test('links run, and errbacks of both kinds', async () => {
    const { add, fail, note, newErrback, seen } = create()

    await add.applyAsync([1, 2], {}, { link: note.s('more'), taskId: 'a' })
    await fail.applyAsync([], {}, { linkError: [note.s(), newErrback.s()], taskId: 'b' })
    expect(seen).toEqual([[3, 'more'], ['b'], ['b', 'boom']])
  })

  test('is replaced by what runs here as well', async () => {
    expect(await (await create().replaced.apply([1])).get()).toBe(101)
  })

  test('must not wait for another one', async () => {
    await expect((await create().nosy.delay()).get()).rejects.toThrow('Never call result.get() within a task!')
  })

  test('revoking it replaces what it gave', async () => {
    const result = await create().add.delay(1, 1)
    await result.revoke()

    expect(await result.state()).toBe('REVOKED')
    await expect(result.get()).rejects.toThrow('revoked')
  })
})

describe('canvases', () => {
  test('of every kind', async () => {
    const { add, tsum, ident } = create()

    expect(await valueFrom(chain(add.s(1, 1), add.s(2), add.s(3)))).toBe(7)
    expect(await valueFrom(group(add.s(1, 1), group(add.s(2, 2)), add.s(3, 3)))).toEqual([2, 4, 6])
    expect(await valueFrom(chord([add.s(1, 1), add.s(2, 2)], tsum.s()))).toBe(6)
    expect(await valueFrom(chain(add.s(1, 1), group(add.s(1), add.s(2)), tsum.s(), add.s(10)))).toBe(17)
    expect(await valueFrom(chord([], tsum.s()))).toBe(0)
    expect(await valueFrom(xmap(ident.s(), [1, 2]))).toEqual([[1], [2]])
    expect(
      await valueFrom(
        xstarmap(add.s(), [
          [1, 1],
          [2, 2],
        ]),
      ),
    ).toEqual([2, 4])
    expect(
      await valueFrom(
        chunks(
          add.s(),
          [
            [1, 1],
            [2, 2],
            [3, 3],
          ],
          2,
        ),
      ),
    ).toEqual([[2, 4], [6]])
    expect(await chain().applyAsync()).toBeNull()
  })

  test('results know what came before them', async () => {
    const { add } = create()
    const result = await chain(add.s(1, 1), add.s(2), add.s(3)).applyAsync()

    expect(await result.parent?.parent?.get()).toBe(2)
    expect(await group(add.s(1), add.s(2)).applyAsync()).toBeInstanceOf(GroupResult)
  })

  test('a link of a chain runs once, after its last step', async () => {
    const { add, note, seen } = create()
    const whole = chain(add.s(1, 1), add.s(2))
    whole.link(note.s())

    await whole.applyAsync()
    expect(seen).toEqual([[4]])
  })

  test('a step that fails ends a chain with its error', async () => {
    const { add, fail } = create()

    await expect(chain(fail.s(), add.s(1)).applyAsync()).rejects.toThrow('boom')
  })
})
