import { describe, expect, it } from 'vitest'
import { dashboardOptions } from './dashboard-options.ts'
import { optionValues, readArguments } from './parse-options.ts'
import { parsePythonConfig } from './python-config.ts'

const isOption = (name: string) => Object.hasOwn(dashboardOptions, name) || name === 'format_task'

function read(source: string, environment: Readonly<Record<string, string>> = {}) {
  return parsePythonConfig('flowerconfig.py', source, environment, isOption)
}

describe('a flowerconfig.py', () => {
  it.each<[string, unknown, Readonly<Record<string, string>>?]>([
    ['port = 5556', 5556],
    ['port = 5_556  # comment', 5556],
    ["db = '/var/lib/flower'", '/var/lib/flower'],
    ['db = "a" "b"', 'ab'],
    ["db = r'a\\b'", 'a\\b'],
    ['db = ("a"\n  + "b")', 'ab'],
    ['persistent = True', true],
    ['max_workers = None', null],
    ["basic_auth = ['ann:secret', 'bob:x#y']", ['ann:secret', 'bob:x#y']],
    ["basic_auth = (\n  'ann:secret',\n)", ['ann:secret']],
    ["basic_auth = 'a:b', 'c:d'", ['a:b', 'c:d']],
    ["basic_auth = ['a:b'] + ['c:d']", ['a:b', 'c:d']],
    ['broker_transport_options = {"sep": ":", "n": -1}', { sep: ':', n: -1 }],
    ["broker_api = os.environ.get('API', 'http://h:15672/api/')", 'http://h:15672/api/'],
    ["broker_api = os.environ.get('API', 'http://h/')", 'http://x/', { API: 'http://x/' }],
    ["broker_api = os.environ['API']", 'http://x/', { API: 'http://x/' }],
    ["port = int(os.getenv('PORT', 5555))", 5557, { PORT: '5557' }],
    ["basic_auth = [os.environ['U'] + ':' + os.environ['P']]", ['ann:x'], { U: 'ann', P: 'x' }],
    ['first = 5000\nport = first', 5000],
    ['debug: bool = False', false],
    ["db = '''a\nb'''", 'a\nb'],
    ['inspect_timeout = 1.5e3', 1500],
    ['purge_offline_workers = 60 * 60 // 7 - -2 ** 2', 518],
    ["persistent = os.getenv('DB') is not None and not False", true, { DB: 'x' }],
    ["port = int(os.environ['PORT']) if 'PORT' in os.environ else 5557", 5557],
    ["debug = os.environ.get('DEBUG', 'no').lower() in ('yes', 'true')", true, { DEBUG: 'YES' }],
    ["debug = bool(int(os.environ.get('DEBUG', '0')))", false],
    ["basic_auth = os.environ.get('LOGINS', 'a:b').split(',')", ['a:b', 'c:d'], { LOGINS: 'a:b,c:d' }],
    ["tasks_columns = ','.join(['name', 'uuid'])", 'name,uuid'],
    ["user = 'ann'\nbroker_api = f'http://{user}:{{x}}@{os.environ[\"H\"]}/api/'", 'http://ann:{x}@h/api/', { H: 'h' }],
    ["broker_api = 'http://%s:%d/' % ('h', 15672)", 'http://h:15672/'],
    ["broker_api = 'http://{}:{}/'.format('h', 15672)", 'http://h:15672/'],
    ["db = os.path.join(os.path.dirname('/etc/flower/x.py'), 'state')", '/etc/flower/state'],
    ["task_runtime_metric_buckets = [1, 5.5, float('inf')]", [1, 5.5, Number.POSITIVE_INFINITY]],
    ["logins = {'a': 'a:b'}\nbasic_auth = [logins['a'], logins.get('c', 'c:d')]", ['a:b', 'c:d']],
    ["basic_auth = ['a:b']\nbasic_auth += ['c:d']", ['a:b', 'c:d']],
    ['port = other = 5558', 5558],
    ['_, port = 1, 5559', 5559],
    ['import os; port = 5560', 5560],
    ['\uFEFFport = 5561', 5561],
    ['def fill(port):\n  port = 1\n  return port\nport = 5562', 5562],
    ['class A:\n  port = 1\nport = 5563\nclass B:\n  port = 2', 5563],
  ])('%j', (source, value, environment) => {
    const { data, warnings } = read(source, environment)
    expect(Object.values(data)).toEqual([value])
    expect(warnings).toEqual([])
  })

  it.each([
    ['import x\nport = x.PORT', 'flowerconfig.py:2: port is not taken: its value takes Python to know (x.PORT is not'],
    ['port = 60 @ 60', 'flowerconfig.py:1: port is not taken: its value takes Python to know (@ is not read here)'],
    ['port = compute(1)', 'flowerconfig.py:1: port is not taken: its value takes Python to know (compute() is not'],
    ['port = 1 / 0', 'flowerconfig.py:1: port is not taken: its value takes Python to know (a division by zero)'],
    ['format_task = lambda task: task', 'flowerconfig.py:1: format_task is not taken'],
    ['if X: port = 1', 'flowerconfig.py:1: port is not taken: it is set under a condition'],
    ['try:\n  pass\nexcept E: port = 1', 'flowerconfig.py:3: port is not taken: it is set under a condition'],
    ['port = 1\nif X:\n  port = 2', 'flowerconfig.py:3: port is not taken: it is set under a condition'],
    [`port = ${'- '.repeat(30_000)}1`, 'flowerconfig.py:1: port is not taken'],
    ["db = f'{x}'", 'flowerconfig.py:1: db is not taken'],
    ["broker_api = os.environ['API']", 'flowerconfig.py:1: broker_api is not taken'],
    ['def format_task(task):\n  return task', 'flowerconfig.py:1: format_task is not taken'],
    ['if True:\n  port = 1', 'flowerconfig.py:2: port is not taken: it is set under a condition'],
    [`port = ${'('.repeat(2_000)}`, 'flowerconfig.py:1: port is not taken'],
    ['port = ', 'flowerconfig.py:1: port is not taken'],
  ])('%j is told, and not taken', (source, warning) => {
    const { data, warnings } = read(source)
    expect(data).toEqual({})
    expect(warnings).toHaveLength(1)
    expect(warnings[0]?.slice(0, warning.length)).toBe(warning)
  })

  it('tells infinity as Flower takes it', () => {
    const file = read("task_runtime_metric_buckets = [1, 5.5, float('inf')]")
    const given = readArguments(dashboardOptions, [])
    expect(optionValues(dashboardOptions, given, {}, file).task_runtime_metric_buckets).toEqual([
      '1',
      '5.5',
      'Infinity',
    ])
  })

  it('takes no notice of what is no option, and keeps the lines', () => {
    const source = '"""Settings\nof ours."""\nimport os\nSECRET = compute()\n\nprint("x = 1")\nport = 70000\n'
    const file = read(source)
    expect(file.data).toEqual({ port: 70_000 })
    expect(file.warnings).toEqual([])
    expect(() => optionValues(dashboardOptions, readArguments(dashboardOptions, []), {}, file)).toThrow(
      'flowerconfig.py:7: port: expected an integer 0..65535, got 70000',
    )
  })
})
