import { describe, expect, test } from 'vitest'
import { checkCallOptions } from './call-option-kinds.ts'
import { Celery } from './celery.ts'

describe('options of a task', () => {
  test.each([
    [{ retires: 3 }, 'unknown option retires of task proj.add (3)'],
    [{ max_retries: 3 }, 'unknown option max_retries of task proj.add (3); did you mean maxRetries?'],
    [{ acksLat: true }, 'unknown option acksLat of task proj.add (true); did you mean acksLate?'],
    [{ maxRetries: 'many' }, 'maxRetries of task proj.add: expected a whole number, 0 or more, or null, got "many"'],
    [{ rateLimit: '10/x' }, `rateLimit of task proj.add: expected a rate such as '10/m', or null, got "10/x"`],
    [
      { serializer: 'jsn' },
      'serializer of task proj.add: expected json, yaml, msgpack, pickle, auth or raw, or null, got "jsn"',
    ],
    [
      { autoretryFor: Error },
      'autoretryFor of task proj.add: expected a list of error classes or their names, got "function Error"',
    ],
    [{ onFailure: 'log' }, 'onFailure of task proj.add: expected a function, got "log"'],
    [{ timeLimit: -1 }, 'timeLimit of task proj.add: expected seconds as a number, 0 or more, or null, got "-1"'],
  ])('%j is refused', (options, message) => {
    const app = new Celery('proj')
    expect(() => app.task('proj.add', Object(options), () => 1)).toThrow(expect.objectContaining({ message }))
  })

  test('all of them are taken, and null where it is "as the settings say"', () => {
    const app = new Celery('proj')
    const options = {
      ...{ maxRetries: null, rateLimit: '10.5/m', retryBackoff: 2, autoretryFor: ['ValueError', Error], typing: false },
      ...{ acksLate: null, expires: new Date(), priority: 9, compression: 'zlib', serializer: 'pickle', queue: null },
    }
    expect(app.task('proj.add', options as never, () => 1).name).toBe('proj.add')
  })

  test('those of task_annotations are looked at when they are set', () => {
    expect(() => new Celery('proj', { task_annotations: { '*': { rate_limit: 'often' } } })).toThrow(
      `task_annotations: expected a rate such as '10/m', or null as rate_limit of "*"`,
    )
    expect(new Celery('proj', { task_annotations: { '*': { rate_limit: '1/m', mine: 1 } } }).name).toBe('proj')
    expect(() => new Celery('proj', { task_default_rate_limit: 'often' })).toThrow("expected a rate such as '10/m'")
  })
})

describe('options of a call', () => {
  test.each([
    [{ countdwn: 5 }, 'unknown option countdwn of the call of proj.add (5); did you mean countdown?'],
    [{ task_id: 'x' }, 'unknown option task_id of the call of proj.add (x); did you mean taskId?'],
    [{ countdown: '5' }, 'countdown of the call of proj.add: expected a number, or null, got "5"'],
    [{ queue: 3 }, 'queue of the call of proj.add: expected a text, or null, got "3"'],
    [{ retryPolicy: { max_retries: 3 } }, 'did you mean maxRetries?'],
    [
      { link: 'proj.add' },
      'link of the call of proj.add: expected a signature such as add.s(2), or a list of them, or null',
    ],
  ])('%j is refused', (options, message) => {
    expect(() => checkCallOptions('proj.add', Object(options))).toThrow(message)
  })

  test('of routes and of get', async () => {
    const routes = (route: object) => () => new Celery('proj', { task_routes: { 'proj.*': Object(route) } })
    expect(routes({ quue: 'x' })).toThrow('task_routes: expected queue instead of quue in the route of proj.*')
    expect(routes({ queue: 5 })).toThrow('task_routes: expected a text, or null as queue in the route of proj.*')
    expect(routes({ queue: 'x', routing_key: 'k', priority: 3, exchange_type: 'topic' })).not.toThrow()
    const app = new Celery('proj', { broker: 'memory://', backend: 'cache+memory://' })
    const wrong: object = { timout: 1 }
    await expect(app.result('x').get(wrong)).rejects.toThrow(
      'unknown option timout of get() (1); did you mean timeout?',
    )
    await expect(app.result('x').get(Object({ timeout: '1' }))).rejects.toThrow('timeout of get(): expected a number')
    expect(() => app.task('', () => 1)).toThrow('app.task(): expected a name for the task, got ""')
  })

  test('in every way to make one', async () => {
    const app = new Celery('proj')
    const add = app.task('proj.add', {}, (x: number) => x)
    const wrong: object = { prority: 3 }
    const message = 'unknown option prority of the call of proj.add (3); did you mean priority?'
    await expect(add.applyAsync([1], {}, wrong)).rejects.toThrow(message)
    await expect(app.sendTask('proj.add', [1], {}, wrong)).rejects.toThrow(message)
    await expect(add.s(1).applyAsync([], {}, wrong)).rejects.toThrow(message)
    await expect(add.s(1).apply([], {}, wrong)).rejects.toThrow(message)
    expect(() => add.s(1).set(wrong)).toThrow(message)
    expect(() => add.s(1).clone([], {}, wrong)).toThrow(message)
    expect(() => app.signature('proj.add', { options: wrong })).toThrow(message)
  })
})
