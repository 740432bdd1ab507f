/** Every option of Flower in every spelling, from the table of options and from the list of what Flower has. */
import { describe, expect, it } from 'vitest'
import { parseConfig } from './config-file.ts'
import { dashboardOptions } from './dashboard-options.ts'
import { type Environment, optionValues, readArguments } from './parse-options.ts'

/** Flower 2.2 and Tornado's log, with a value that is not the default (flower.md 3), and what it means. */
const FLOWER: Readonly<Record<string, readonly [text: string, value: unknown]>> = {
  port: ['5556', 5556],
  address: ['127.0.0.1', '127.0.0.1'],
  unix_socket: ['/run/flower.sock', '/run/flower.sock'],
  debug: ['true', true],
  inspect_timeout: ['2000.5', 2000.5],
  basic_auth: ['ann:x,bob:y:z', ['ann:x', 'bob:y:z']],
  max_workers: ['10', 10],
  max_tasks: ['10', 10],
  db: ['/tmp/flower', '/tmp/flower'],
  persistent: ['true', true],
  state_save_interval: ['5000', 5000],
  broker_api: ['http://guest:guest@localhost:15672/api/', 'http://guest:guest@localhost:15672/api/'],
  ca_certs: ['ca.pem', 'ca.pem'],
  certfile: ['cert.pem', 'cert.pem'],
  keyfile: ['key.pem', 'key.pem'],
  xheaders: ['true', true],
  auto_refresh: ['false', false],
  purge_offline_workers: ['60', 60],
  conf: ['umbel.yaml', 'umbel.yaml'],
  enable_events: ['false', false],
  natural_time: ['true', true],
  tasks_columns: ['uuid,name,state', ['id', 'task', 'state']],
  url_prefix: ['/tools/flower/', '/tools/flower'],
  task_runtime_metric_buckets: ['1,5,10,inf', ['1', '5', '10', 'inf']],
  read_only: ['true', true],
  logging: ['warning', 'warning'],
  log_file_prefix: ['flower.log', 'flower.log'],
  log_to_stderr: ['true', true],
  log_rotate_mode: ['time', 'time'],
  log_rotate_when: ['H', 'H'],
  log_rotate_interval: ['2', 2],
  log_file_max_size: ['1000', 1000],
  log_file_num_backups: ['3', 3],
}
const NAMES = Object.entries(FLOWER).map(([name, [text, value]]) => ({ name, text, value }))

type Name = keyof typeof dashboardOptions

function optionOf(name: string, argv: readonly string[], environment: Environment = {}, yaml: string | null = null) {
  const file = yaml === null ? null : parseConfig('umbel.yaml', yaml)
  const values = optionValues(dashboardOptions, readArguments(dashboardOptions, argv), environment, file)
  return values[name as Name] // a name of the table
}

describe.each(NAMES)('--$name', ({ name, text, value }) => {
  const dashed = name.replaceAll('_', '-')
  it.each([[[`--${name}=${text}`]], [[`--${name}`, text]], [[`--${dashed}=${text}`]], [[`--${dashed}`, text]]])(
    '%j',
    (argv) => expect(optionOf(name, argv)).toEqual(value),
  )

  it('in the environment as FLOWER_ and UMBEL_, ours first', () => {
    const upper = name.toUpperCase()
    expect(optionOf(name, [], { [`FLOWER_${upper}`]: text })).toEqual(value)
    expect(optionOf(name, [], { [`UMBEL_${upper}`]: text, [`FLOWER_${upper}`]: 'no such value' })).toEqual(value)
  })

  it('in a file with dashes or underscores', () => {
    for (const key of [name, dashed]) expect(optionOf(name, [], {}, `${key}: ${JSON.stringify(text)}`)).toEqual(value)
  })

  it('the command line before the file, the file before the environment', () => {
    const bad = { [`FLOWER_${name.toUpperCase()}`]: 'no\nsuch\u0000value' }
    expect(optionOf(name, [], bad, `${name}: ${JSON.stringify(text)}`)).toEqual(value)
    expect(optionOf(name, [`--${name}=${text}`], bad, `${name}: []`)).toEqual(value)
  })
})

describe('every row of the table', () => {
  const rows = Object.entries(dashboardOptions)
  it.each(rows)('%s can be told by its near misses', (name, row) => {
    expect(() => readArguments(dashboardOptions, [`--${name}x=1`])).toThrow(/^unknown option --/)
    expect(row.says).toMatch(/[.;…]$/)
    if (row.kind === 'flag') expect(optionOf(name, [`--${name.replaceAll('_', '-')}`])).toBe(true)
  })
})

it('columns that are none are told with those there are; all shows all', () => {
  expect(() => optionOf('tasks_columns', ['--tasks_columns=uuid,colour'])).toThrow(
    /--tasks-columns: expected all, or some of state, task, .*uuid.*, got "uuid,colour"/,
  )
  expect(optionOf('tasks_columns', ['--tasks_columns=all'])).toBe('all')
  expect(optionOf('tasks_columns', ['--tasks_columns=runtime,kwargs,args,expires'])).toEqual(['run', 'args'])
})

it('0 tasks, 0 workers to keep is no limit, as in Flower for workers', () => {
  expect(optionOf('max_tasks', ['--max-tasks=0'])).toBe(10_000_000)
  expect(optionOf('max_tasks', [], {}, 'max_tasks: 0')).toBe(10_000_000)
  expect(optionOf('max_workers', [], { FLOWER_MAX_WORKERS: '0' })).toBe(1_000_000)
  expect(() => optionOf('max_tasks', ['--max-tasks=-1'])).toThrow(/expected an integer 0\.\.100000000, got "-1"/)
})
