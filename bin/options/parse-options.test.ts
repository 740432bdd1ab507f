import { describe, expect, it } from 'vitest'
import { isUmbelError } from '../../lib/errors.ts'
import { type ConfigFile, parseConfig } from './config-file.ts'
import { type DashboardOptions, dashboardOptions } from './dashboard-options.ts'
import { describeOptions } from './help.ts'
import { type Environment, optionValues, readArguments } from './parse-options.ts'
import { workerOptions } from './worker-options.ts'

function parse(
  argv: readonly string[],
  environment: Environment = {},
  file: ConfigFile | null = null,
): DashboardOptions {
  return optionValues(dashboardOptions, readArguments(dashboardOptions, argv), environment, file, ['alerts'])
}

function problemOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (isUmbelError(error)) return error.message
    throw error
  }
  throw new Error('Nothing was wrong.')
}

describe('options on the command line', () => {
  it('an empty pidfile is none, as people write it for a beat in a container', () => {
    const given = readArguments(workerOptions, ['--pidfile='])
    expect(optionValues(workerOptions, given, {}, null).pidfile).toBeNull()
  })

  it.each<[readonly string[], Partial<DashboardOptions>]>([
    [[], { port: 5555, address: '', basic_auth: [], broker: 'redis://localhost:6379/0', max_tasks: 100_000 }],
    [['--port=8080'], { port: 8080 }],
    [['--port', '8080'], { port: 8080 }],
    [['--port=0'], { port: 0 }],
    [['--basic_auth=a:b,c:d:e'], { basic_auth: ['a:b', 'c:d:e'] }],
    [['--basic-auth', 'jo:pä:ss'], { basic_auth: ['jo:pä:ss'] }],
    [['--debug'], { debug: true }],
    [['--debug', '--read-only'], { debug: true, read_only: true }],
    [['--debug', 'false'], { debug: false }],
    [['--enable_events=off'], { enable_events: false }],
    [['-b', 'redis://h/1'], { broker: 'redis://h/1' }],
    [['-Q', 'a,b', '-l', 'DEBUG'], { queues: ['a', 'b'], loglevel: 'debug' }],
    [['--broker_transport_options={"sep":":"}'], { broker_transport_options: { sep: ':' } }],
    [['--inspect-timeout=1.5e3'], { inspect_timeout: 1500 }],
    [['--address=::1'], { address: '::1' }],
    [['--address=localhost'], { address: 'localhost' }],
    // Flower counts no dashes, and takes an empty text as none.
    [['-port=8080', '-basic_auth=a:b', '-read-only'], { port: 8080, basic_auth: ['a:b'], read_only: true }],
    [['--broker_api=', '--cookie_secret=', '--certfile='], { broker_api: null, cookie_secret: null, certfile: null }],
    [['--tasks_columns=exchange,routing_key,uuid'], { tasks_columns: ['queue', 'id'] }],
  ])('%j', (argv, expected) => {
    expect(parse(argv)).toMatchObject(expected)
  })

  it.each([
    [['--prot=5555'], 'unknown option --prot; did you mean --port?'],
    [['--read_onyl'], 'unknown option --read_onyl; did you mean --read-only?'],
    [['--nothing-like-it'], 'unknown option --nothing-like-it'],
    [['stray'], 'unknown option stray'],
    [['-prot=1'], 'unknown option -prot'],
    [['--basic_auth='], '--basic-auth: expected user:password entries, separated by commas, got "***"'],
    [['--__proto__=1'], 'unknown option --__proto__'],
    [['--port=abc'], '--port: expected an integer 0..65535, got "abc"'],
    [['--port=70000'], '--port: expected an integer 0..65535, got "70000"'],
    [['--port', '-1'], '--port: expected an integer 0..65535, got "-1"'],
    [['--port=5555.5'], '--port: expected an integer 0..65535, got "5555.5"'],
    [['--port='], '--port: expected an integer 0..65535, got ""'],
    [['--port'], '--port: expected an integer 0..65535, got ""'],
    [['--broker', '--port=1'], '--broker: expected a URL such as redis://host:port/db, got ""'],
    [['--debug=maybe'], '--debug: expected true or false, got "maybe"'],
    [['--max-tasks=-1'], '--max-tasks: expected an integer 0..100000000, got "-1"'],
    [['--address=999.1.1.1'], '--address: expected an IP address or host name, got "999.1.1.1"'],
    [['--loglevel=LOUD'], '--loglevel: expected one of debug, info, warning, error, got "LOUD"'],
    [['-Q', 'a,,b'], '--queues: expected queue names of 1 to 255 characters, separated by commas, got "a,,b"'],
    [['--queue-poll-interval=0'], '--queue-poll-interval: expected a number of seconds, 0.1..3600, got "0"'],
  ])('%j is refused', (argv, message) => {
    expect(problemOf(() => parse(argv))).toBe(message)
  })

  it('never repeats a password', () => {
    const message = problemOf(() => parse(['--basic-auth=topsecret']))
    expect(message).toBe('--basic-auth: expected user:password entries, separated by commas, got "***"')
    const given = readArguments(dashboardOptions, ['--basic-auth=a:secret1', '--basic-auth=a:secret2'])
    expect(given.warnings.join()).not.toContain('secret')
  })

  it('takes the last of two, and says so', () => {
    const given = readArguments(dashboardOptions, ['--port=1', '--port=2'])
    expect(given.values.get('port')).toBe('2')
    expect(given.warnings).toEqual(['--port was given twice: "1" and "2"; the last one counts'])
  })
})

describe('where else options come from', () => {
  it.each<[Environment, Partial<DashboardOptions>]>([
    [{ FLOWER_PORT: '7777' }, { port: 7777 }],
    [{ UMBEL_PORT: '7777', FLOWER_PORT: '1' }, { port: 7777 }],
    [{ FLOWER_UNKNOWN: 'x', FLOWER_OTHER: 'maybe' }, { port: 5555 }],
    [{ CELERY_BROKER_URL: 'redis://c/0', BROKER_URL: 'redis://b/0' }, { broker: 'redis://c/0' }],
    [{ BROKER_URL: 'redis://b/0' }, { broker: 'redis://b/0' }],
    [{ CELERY_RESULT_BACKEND: 'redis://r/0' }, { result_backend: 'redis://r/0' }],
    [{ UMBEL_CACHE_DIR: '/x', UMBEL_TEST_BROKER: 'y' }, {}],
    [{ FLOWER_READ_ONLY: 'yes' }, { read_only: true }],
    [{ UMBEL_PORT: '' }, { port: 5555 }],
  ])('environment %j', (environment, expected) => {
    expect(parse([], environment)).toMatchObject(expected)
  })

  it.each([
    [{ FLOWER_PORT: 'abc' }, 'environment FLOWER_PORT: expected an integer 0..65535, got "abc"'],
    [{ FLOWER_DEBUG: 'maybe' }, 'environment FLOWER_DEBUG: expected true or false, got "maybe"'],
  ])('environment %j is refused', (environment, message) => {
    expect(problemOf(() => parse([], environment))).toBe(message)
  })

  it('goes by command line, file, environment, default', () => {
    const file = parseConfig('umbel.yaml', 'port: 2\nmax-tasks: 20\nalerts:\n  rules: []\n')
    const environment = { FLOWER_PORT: '3', FLOWER_MAX_TASKS: '30', FLOWER_MAX_WORKERS: '40' }
    expect(parse(['--port=1'], environment, file)).toMatchObject({ port: 1, max_tasks: 20, max_workers: 40 })
  })

  it('reads typed values from a file', () => {
    const file = parseConfig(
      'c.yaml',
      'debug: true\nqueues: [a, b]\nbasic_auth: "u:p"\nbroker_transport_options: {sep: "-"}',
    )
    const expected = { debug: true, queues: ['a', 'b'], basic_auth: ['u:p'], broker_transport_options: { sep: '-' } }
    expect(parse([], {}, file)).toMatchObject(expected)
  })

  it.each([
    ['port: abc', 'c.yaml:1: port: expected an integer 0..65535, got "abc"'],
    ['# hello\n\nprot: 1', 'c.yaml:3: prot: unknown setting; did you mean port?'],
    ['debug: 1\ndebug: 2', 'c.yaml:2: syntax: Map keys must be unique'],
    ['- a', 'c.yaml:1: file: expected option: value lines'],
    [
      'queues: {a: 1}',
      'c.yaml:1: queues: expected queue names of 1 to 255 characters, separated by commas, got {"a":1}',
    ],
  ])('file %j is refused', (source, message) => {
    expect(problemOf(() => parse([], {}, parseConfig('c.yaml', source)))).toContain(message)
  })

  it('knows the line of everything in the file', () => {
    const source = 'port: 1\nalerts:\n  rules:\n    - name: a\n      above: 5\n    - name: b\n      above: many\n'
    const file = parseConfig('umbel.yaml', source)
    expect(file.lineOf(['port'])).toBe(1)
    expect(file.lineOf(['alerts', 'rules', 0])).toBe(4)
    expect(file.lineOf(['alerts', 'rules', 1, 'above'])).toBe(7)
    expect(file.lineOf(['alerts', 'rules', 1, 'nothing'])).toBe(6)
  })
})

it('describes every option in the help', () => {
  const help = describeOptions(dashboardOptions)
  for (const name of Object.keys(dashboardOptions)) expect(help).toContain(`--${name.replaceAll('_', '-')}`)
})

it.each([
  ['-c 0', { concurrency: 'auto' }, []],
  ['-c4 -EB -linfo', { concurrency: 4, task_events: true, beat: true, loglevel: 'info' }, []],
  ['-EQa,b --discard', { task_events: true, queues: ['a', 'b'], purge: true }, []],
  [
    '--autoscale 3,10 -c auto -P gevent -l FATAL',
    { autoscale: { max: 10, min: 3 }, concurrency: 'auto', pool: 'async', loglevel: 'error' },
    [],
  ],
  ['worker.x=1 -E true -- -c y=2', { task_events: true, concurrency: null }, ['worker.x=1', 'true', '-c', 'y=2']],
])('of a worker %j gives options and words', (line, options, words) => {
  const given = readArguments(workerOptions, line.split(' '), { words: true })
  expect(optionValues(workerOptions, given, {}, null)).toMatchObject(options)
  expect(given.words).toEqual(words)
})

it('reads the variables of Celery for a command', () => {
  const given = readArguments(workerOptions, [], { words: true })
  const environment = { CELERY_WORKER_CONCURRENCY: '3', CELERY_WORKER_EVENTS: '1', CELERY_BROKER_URL: 'redis://h' }
  const expected = { concurrency: 3, task_events: true, broker: 'redis://h' }
  expect(optionValues(workerOptions, given, environment, null)).toMatchObject(expected)
})
