import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Celery } from './celery.ts'
import { type ConfState, createConf } from './conf.ts'

const confOf = (values: Record<string, unknown> = {}, environment: Record<string, string> = {}): ConfState =>
  createConf({ values, environment, onChange() {} })

describe('order of the sources', () => {
  test('defaults < object < code < environment < command line', () => {
    const state = confOf({ broker_url: 'redis://code' }, { CELERY_TASK_SERIALIZER: 'yaml' })
    state.update('source', { broker_url: 'redis://source', task_serializer: 'pickle', task_default_queue: 'source' })

    expect(state.conf.broker_url).toBe('redis://code')
    expect(state.conf.task_serializer).toBe('yaml')
    expect(state.conf.task_default_queue).toBe('source')
    expect(state.conf.task_acks_late).toBe(false)

    state.update('command', { task_serializer: 'json' })
    state.conf.task_default_queue = 'written'

    expect(state.conf.task_serializer).toBe('json')
    expect(state.conf.task_default_queue).toBe('written')
  })

  test('CELERY_BROKER_URL wins over what the code says, as in Celery', () => {
    const { conf } = confOf({ broker_url: 'redis://code' }, { CELERY_BROKER_URL: 'redis://env' })

    expect(conf.broker_url).toBe('redis://env')
  })
})

test('conf.update sets several, and is no setting itself', () => {
  const app = new Celery('x')

  app.conf.update({ task_acks_late: true, timezone: 'UTC' })

  expect(app.conf).toMatchObject({ task_acks_late: true, timezone: 'UTC' })
  expect(Object.keys(app.conf)).not.toContain('update')
  expect(() => app.conf.update({ task_ack_late: true })).toThrow('did you mean task_acks_late?')
})

test('a time zone that there is not is refused where it is set', () => {
  expect(confOf({ timezone: 'Europe/Berlin' }).conf.timezone).toBe('Europe/Berlin')
  expect(() => confOf({ timezone: 'Europe/Berlim' })).toThrow('timezone: expected the name of a time zone')
  expect(() => confOf({}, { CELERY_TIMEZONE: 'Mars/Base' })).toThrow(/timezone.*Mars\/Base/i)
})

test('the environment gives values of the type that the setting has', () => {
  const { conf, given } = confOf(
    {},
    {
      CELERY_TASK_ACKS_LATE: 'yes',
      CELERY_WORKER_CONCURRENCY: '3',
      CELERY_TASK_DEFAULT_QUEUE: '7',
      CELERY_ACCEPT_CONTENT: 'json, yaml',
      CELERY_TASK_ROUTES: '{"a.*": "q"}',
      CELERY_APP: 'of another program',
    },
  )

  expect(conf).toMatchObject({ task_acks_late: true, worker_concurrency: 3, task_default_queue: '7' })
  expect(conf).toMatchObject({ accept_content: ['json', 'yaml'], task_routes: { 'a.*': 'q' } })
  expect(given.has('app')).toBe(false)
})

describe('faults', () => {
  test('all are told at once, and nothing is set', () => {
    const state = confOf()
    const update = () =>
      state.update('code', { task_time_limit: 'long', task_ack_late: true, task_default_queue: 'q', timezone: 5 })

    expect(update).toThrow(
      [
        '3 settings cannot be right:',
        'task_time_limit: expected seconds as a number, 0 or more, or null, got "long"',
        'unknown option task_ack_late; did you mean task_acks_late?',
        'timezone: expected the name of a time zone such as Europe/Berlin, or null, got "5"',
      ].join('\n  '),
    )
    expect(state.conf.task_default_queue).toBe('celery')
  })

  test('a compression that nobody has would lose every result', () => {
    const fault = /^result_compression: expected gzip, .* or null, got "gzipp"/
    expect(() => new Celery('x', { result_compression: 'gzipp' })).toThrow(fault)
    expect(new Celery('x', { task_compression: 'application/zstd', result_compression: '' }).conf).toMatchObject({
      task_compression: 'application/zstd',
    })
  })

  test('a serializer that nobody has would refuse every message', () => {
    expect(() => new Celery('x', { accept_content: ['json', 'pikle'] })).toThrow(
      /^accept_content: expected a list of json, yaml, .* or a content type such as application\/json, got .*pikle/,
    )
    expect(() => new Celery('x', { task_serializer: 'jsn' })).toThrow('task_serializer: expected json, yaml')
    const accept_content = ['auth', 'application/x-python-serialize']
    expect(new Celery('x', { accept_content, result_accept_content: null }).conf).toMatchObject({ accept_content })
  })

  test('of the environment are named by the variable', () => {
    expect(() => confOf({}, { CELERY_TASK_TIME_LIMIT: 'soon' })).toThrow(
      'CELERY_TASK_TIME_LIMIT: expected seconds as a number',
    )
  })

  test.each<[Record<string, unknown>, string]>([
    [{ task_routes: { 'a.*': 5 } }, 'task_routes: expected a queue name or an object of options for a.*'],
    [{ task_routes: 'proj.routers.Router' }, 'task_routes'],
    [{ task_queues: [{ exchange: 'e' }] }, 'task_queues: expected a list of names or of { name,'],
    [{ task_publish_retry_policy: { max_retries: -1 } }, 'task_publish_retry_policy.max_retries'],
    [{ task_default_exchange_type: 'headers' }, "'direct', 'topic' or 'fanout'"],
  ])('%j', (values, text) => {
    expect(() => confOf(values)).toThrow(text)
  })
})

describe('names', () => {
  test('those from before Celery 4 are taken', () => {
    const { conf } = confOf({
      CELERYD_CONCURRENCY: 2,
      CELERY_ACKS_LATE: true,
      CELERYBEAT_SCHEDULE_FILENAME: 'x',
      BROKER_URL: 'redis://old',
      CELERY_TASK_RESULT_EXPIRES: 60,
      CELERYD_TASK_TIME_LIMIT: 9,
    })

    expect(conf).toMatchObject({ worker_concurrency: 2, task_acks_late: true, beat_schedule_filename: 'x' })
    expect(conf).toMatchObject({ broker_url: 'redis://old', result_expires: 60, task_time_limit: 9 })
  })

  test('old and new ones are not mixed, unless a setting is given in both', () => {
    expect(() => confOf({ CELERYD_CONCURRENCY: 2, task_acks_late: true })).toThrow(
      'Cannot mix new and old setting keys, please rename to the new format: CELERYD_CONCURRENCY -> worker_concurrency',
    )
    expect(confOf({ CELERYD_CONCURRENCY: 2, worker_concurrency: 3 }).conf.worker_concurrency).toBe(3)
  })

  test('with a namespace only keys with its prefix count', () => {
    const state = confOf()
    state.update('source', { CELERY_TASK_ACKS_LATE: true, CELERY_BROKER_URL: 'redis://n', DEBUG: 1 }, 'CELERY')

    expect(state.conf).toMatchObject({ task_acks_late: true, broker_url: 'redis://n' })
    expect(() => state.update('source', { CELERY_TASK_ACK_LATE: true }, 'CELERY')).toThrow(
      'did you mean task_acks_late',
    )
  })
})

describe('files', () => {
  let dir = ''
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'umbel-conf-'))
  })
  afterEach(() => rm(dir, { recursive: true }))

  test.each([
    ['a.json', '{"task_default_queue": "q"}'],
    ['a.yaml', 'task_default_queue: q\n'],
    ['a.ts', "export const task_default_queue: string = 'q'"],
    ['b.ts', "export default { task_default_queue: 'q' as string }"],
    ['a.mjs', "export const task_default_queue = 'q'"],
    ['a.cjs', "module.exports = { task_default_queue: 'q' }"],
  ])('%s', async (name, text) => {
    const path = join(dir, name)
    await writeFile(path, text)
    const app = new Celery('x')

    app.configFromFile(path)

    expect(app.conf.task_default_queue).toBe('q')
  })

  test.each([
    ['a.json', '{', 'cannot read'],
    ['a.json', '5', 'it holds no object of settings'],
    ['a.py', 'x = 1', 'settings are read from .json'],
    ['a.ts', 'throw new Error("no secrets")', 'no secrets'],
    ['a.mts', 'export const x = await Promise.resolve(1)', 'it awaits something at its top level'],
    ['a.yaml', 'task_queue: q', 'unknown option task_queue; did you mean task_queues?'],
  ])('%s with %s: %s', async (name, text, reason) => {
    const path = join(dir, name)
    await writeFile(path, text)

    expect(() => new Celery('x').configFromFile(path)).toThrow(reason)
  })

  test('one that is not there, and a variable that names none', () => {
    const app = new Celery('x')

    expect(() => app.configFromFile(join(dir, 'nowhere.ts'))).toThrow('there is no such file')
    expect(() => app.configFromFile(join(dir, 'nowhere.json'))).toThrow('there is no such file')
    expect(() => app.configFromEnvvar('UMBEL_TEST_NO_SUCH')).toThrow('UMBEL_TEST_NO_SUCH: expected the path')
    expect(app.configFromEnvvar('UMBEL_TEST_NO_SUCH', { silent: true })).toBe(false)
  })
})

test('annotations win over the options in the code, also for tasks that are known already', () => {
  const app = new Celery('x', {
    task_annotations: { '*': { rate_limit: '1/s' }, a: { rate_limit: '5/m', timeLimit: 3 } },
  })
  app.task('a', { rateLimit: '9/s', queue: 'q' }, () => {})
  app.task('b', {}, () => {})

  expect(app.tasks.get('a')?.options).toEqual({ rateLimit: '5/m', queue: 'q', timeLimit: 3 })
  expect(app.tasks.get('b')?.options).toEqual({ rateLimit: '1/s' })

  app.conf.task_annotations = null
  expect(app.tasks.get('a')?.options).toEqual({ rateLimit: '9/s', queue: 'q' })
})
