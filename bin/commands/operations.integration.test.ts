/** How `umbel` is run: TLS, a unix socket, behind a proxy, over a restart, with files of configuration and of logs. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest, type RequestOptions } from 'node:https'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { isUmbelError } from '../../lib/errors.ts'
import { pythonPath } from '../../lib/testing/celery.ts'
import { freePort } from '../../lib/testing/free-port.ts'
import { type RedisServer, startRedis } from '../../lib/testing/redis.ts'
import { waitFor } from '../../lib/testing/wait-for.ts'
import { exitCodeOf } from '../exit-code.ts'
import { parseDashboardCommand } from './dashboard.ts'
import { askPythonApp } from './python-app.ts'

const run = promisify(execFile)
const CLI = new URL('../cli.ts', import.meta.url).href
const running = new Set<ChildProcess>()
let redis: RedisServer
let certs: string
let dir: string

beforeAll(async () => {
  redis = await startRedis()
  certs = await mkdtemp(join(tmpdir(), 'umbel-certs-'))
  for (const name of ['one', 'two']) {
    const out = ['-keyout', join(certs, `${name}.key`), '-out', join(certs, `${name}.crt`)]
    await run('openssl', [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
      ...out,
    ])
  }
})
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'umbel-ops-'))
})
afterEach(async () => {
  for (const child of running) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }
  running.clear()
  await rm(dir, { recursive: true, force: true })
})
afterAll(async () => {
  await redis?.stop()
  await rm(certs, { recursive: true, force: true })
})

function start(args: readonly string[], env: Record<string, string> = {}) {
  const program = `import { main } from ${JSON.stringify(CLI)}\nawait main(process.argv.slice(1))`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, '--', ...args], {
    cwd: dir,
    env: { ...process.env, HOME: dir, XDG_STATE_HOME: dir, FLOWER_UNAUTHENTICATED_API: 'true', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString()
  })
  const ended = once(child, 'close').then(([code]) => ({ code: Number(code), out, err }))
  return { child, ended, out: () => out, err: () => err }
}

/** What the command line is refused with, before anything starts. */
async function refusal(argv: readonly string[]): Promise<[code: number, said: string]> {
  try {
    await parseDashboardCommand(argv, {})
  } catch (error) {
    if (isUmbelError(error)) return [exitCodeOf(error), error.message]
    throw error
  }
  throw new Error('Nothing was wrong.')
}

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
  readonly subject: string
}

function ask(options: RequestOptions & { readonly tls?: boolean }): Promise<Answer> {
  const asked = Promise.withResolvers<Answer>()
  const make = options.tls === true ? httpsRequest : httpRequest
  const call = make({ ...options, agent: false, rejectUnauthorized: false }, (response) => {
    const { socket } = response
    const subject =
      'getPeerCertificate' in socket
        ? JSON.stringify(Reflect.apply(socket.getPeerCertificate as () => object, socket, []))
        : ''
    let text = ''
    response.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
    response.on('end', () =>
      asked.resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        text,
        subject: /"CN":"(\w+)"/.exec(subject)?.[1] ?? '',
      }),
    )
  })
  call.on('error', asked.reject)
  call.end()
  return asked.promise
}

async function serve(args: readonly string[], env: Record<string, string> = {}) {
  const port = await freePort()
  const umbel = start([`--port=${port}`, '--address=127.0.0.1', `--broker=${redis.url}`, ...args], env)
  await waitFor(() => umbel.out().includes('Visit me') || umbel.err().includes('Visit me'), { what: 'the banner' })
  return { ...umbel, port, url: `http://127.0.0.1:${port}` }
}

async function stop({ child, ended }: Pick<ReturnType<typeof start>, 'child' | 'ended'>) {
  child.kill('SIGTERM')
  const end = await ended
  expect([end.code, end.err.match(/ERROR|^\s+at /m)]).toEqual([0, null])
  return end
}

describe('TLS', () => {
  it('needs both files, in the words of Flower, and says which one cannot be used', async () => {
    expect(await refusal([`--certfile=${certs}/one.crt`])).toEqual([
      2,
      "Both 'certfile' and 'keyfile' are required to enable SSL",
    ])
    const other = await start([`--certfile=${certs}/one.crt`, `--keyfile=${certs}/two.key`]).ended
    expect(other.code).toBe(2)
    expect(other.err).toContain(`error: cannot read ${certs}/one.crt: no certificate with its key can be made of it`)
  })

  it('is spoken, with paths that begin with ~; SIGHUP takes a new certificate', async () => {
    for (const end of ['crt', 'key']) await cp(join(certs, `one.${end}`), join(dir, `live.${end}`))
    const umbel = await serve(['--certfile=~/live.crt', '--keyfile=~/live.key'])
    expect(umbel.out()).toContain(`Visit me at https://127.0.0.1:${umbel.port}\n`)
    const { port } = umbel
    const first = await ask({ tls: true, port, path: '/healthcheck' })
    expect([first.text, first.subject, first.headers['strict-transport-security']]).toEqual([
      'OK',
      'one',
      'max-age=15552000',
    ])
    await expect(ask({ port, path: '/healthcheck' })).rejects.toThrow()

    for (const end of ['crt', 'key']) await cp(join(certs, `two.${end}`), join(dir, `live.${end}`))
    umbel.child.kill('SIGHUP')
    await waitFor(async () => (await ask({ tls: true, port, path: '/healthcheck' })).subject === 'two')
    await writeFile(join(dir, 'live.crt'), 'broken')
    umbel.child.kill('SIGHUP')
    await waitFor(() => umbel.err().includes('the old one stays'))
    expect((await ask({ tls: true, port, path: '/healthcheck' })).subject).toBe('two')
    umbel.child.kill('SIGTERM')
    expect((await umbel.ended).code).toBe(0)
  })
})

describe('a unix socket', () => {
  it('overrides the port, is open to all, and is gone afterwards', async () => {
    const socketPath = join(dir, 'umbel.sock')
    const umbel = await serve([`--unix_socket=${socketPath}`])
    expect(umbel.out()).toContain(`Visit me via unix socket file: ${socketPath}\n`)
    expect((await stat(socketPath)).mode & 0o777).toBe(0o777)
    expect((await ask({ socketPath, path: '/healthcheck' })).text).toBe('OK')
    const taken = once(connect(umbel.port, '127.0.0.1'), 'connect')
    await expect(taken).rejects.toThrow('ECONNREFUSED')

    const second = await start([`--unix-socket=${socketPath}`, `--broker=${redis.url}`]).ended
    expect([second.code, second.err.includes('another server listens there')]).toEqual([3, true])
    await stop(umbel)
    expect(existsSync(socketPath)).toBe(false)
  })

  it('that a killed server left is replaced; another file is not', async () => {
    const socketPath = join(dir, 'umbel.sock')
    const killed = await serve([`--unix_socket=${socketPath}`])
    killed.child.kill('SIGKILL')
    await killed.ended
    expect(existsSync(socketPath)).toBe(true)
    await stop(await serve([`--unix_socket=${socketPath}`]))
    await writeFile(socketPath, 'mine')
    const refused = await start([`--unix-socket=${socketPath}`, `--broker=${redis.url}`]).ended
    expect([refused.code, await readFile(socketPath, 'utf8')]).toEqual([3, 'mine'])
  })
})

describe('behind a proxy', () => {
  const headers = { 'X-Real-Ip': '203.0.113.9', 'X-Scheme': 'https', 'X-Request-Id': 'from-proxy-1' }

  it.each([
    [true, '203.0.113.9', 'max-age=15552000'],
    [false, '127.0.0.1', undefined],
  ])('with xheaders %s the visitor is %s', async (xheaders, address, hsts) => {
    const umbel = await serve([`--xheaders=${xheaders}`, '--debug'])
    const answer = await ask({ port: umbel.port, path: '/healthcheck', headers })
    expect([answer.headers['x-request-id'], answer.headers['strict-transport-security']]).toEqual([
      'from-proxy-1',
      hsts,
    ])
    await waitFor(() => umbel.err().includes(`200 GET /healthcheck (${address}) `))
    expect(umbel.err()).toContain('"requestId":"from-proxy-1"')
    const odd = await ask({ port: umbel.port, path: '/healthcheck', headers: { 'X-Request-Id': 'a b"' } })
    expect(odd.headers['x-request-id']).toMatch(/^[\w-]{12}$/)
    await stop(umbel)
  })

  it('without --debug requests are not logged', async () => {
    const umbel = await serve([])
    await ask({ port: umbel.port, path: '/healthcheck' })
    expect((await stop(umbel)).err).not.toContain('/healthcheck')
  })
})

describe('--persistent', () => {
  const task = (uuid: string, type: string) =>
    JSON.stringify({
      hostname: 'w@test',
      utcoffset: 0,
      pid: 1,
      clock: 1,
      uuid,
      timestamp: Date.now() / 1_000,
      type,
      name: 'proj.kept',
      args: '()',
      kwargs: '{}',
    })

  async function hear(umbel: { readonly url: string }, uuid: string): Promise<void> {
    const client = redis.connect()
    const key = '/0.celeryev/task.received'
    const envelope = (body: string) =>
      JSON.stringify({
        body: Buffer.from(body).toString('base64'),
        'content-encoding': 'utf-8',
        'content-type': 'application/json',
        headers: {},
        properties: {
          delivery_mode: 1,
          delivery_tag: 't',
          body_encoding: 'base64',
          delivery_info: { exchange: 'celeryev', routing_key: 'task.received' },
        },
      })
    await waitFor(async () => {
      await client.publish(key, envelope(task(uuid, 'task-received')))
      return (await fetch(`${umbel.url}/api/task/info/${uuid}`)).status === 200
    })
  }

  it('keeps tasks over an exit, and over kill -9 as of the last saving', async () => {
    const options = ['--persistent', `--db=${join(dir, 'state')}`]
    const first = await serve(options)
    await hear(first, 'kept-1')
    await stop(first)
    const second = await serve([...options, '--state_save_interval=50'])
    expect((await fetch(`${second.url}/api/task/info/kept-1`)).status).toBe(200)
    await hear(second, 'kept-2')
    await waitFor(async () => (await readFile(join(dir, 'state.umbel'), 'utf8')).includes('kept-2'))
    second.child.kill('SIGKILL')
    await second.ended
    const third = await serve([...options, '--max-tasks=1'])
    expect((await fetch(`${third.url}/api/task/info/kept-2`)).status).toBe(200)
    expect((await fetch(`${third.url}/api/task/info/kept-1`)).status).toBe(404)
    expect(await (await fetch(`${third.url}/api/task/types`)).json()).toEqual({ 'task-types': ['proj.kept'] })
    const workers = await (await fetch(`${third.url}/workers?json=1`)).json()
    expect(workers).toMatchObject({ data: [{ hostname: 'w@test', 'task-received': expect.any(Number) }] })
    await stop(third)
  })
})

describe('files of configuration', () => {
  it('a flowerconfig.py in the folder, with what of it was not taken', async () => {
    await writeFile(
      join(dir, 'flowerconfig.py'),
      `import os\nurl_prefix = 'py'\nmax_tasks = many()\nread_only = True\n`,
    )
    const umbel = await serve([])
    expect((await fetch(`${umbel.url}/py/healthcheck`)).status).toBe(200)
    expect(umbel.err()).toContain('flowerconfig.py:3: max_tasks is not taken')
    expect(await (await fetch(`${umbel.url}/py/umbel/me`)).json()).toMatchObject({ readOnly: true })
    await stop(umbel)
  })

  it('umbel.config.ts, with format_task for the API', async () => {
    const config = `export default {
  url_prefix: 'ts',
  format_task(task: { name: string | null; args: string | null; uuid: string }) {
    if (task.uuid === 'bad') throw new Error('cannot')
    task.args = '(secret)'
    return { ...task, name: 'shown' }
  },
}\n`
    await writeFile(join(dir, 'umbel.config.ts'), config)
    await writeFile(join(dir, 'flowerconfig.py'), 'url_prefix = "py"\n')
    const umbel = await serve([])
    expect(umbel.err()).toContain('flowerconfig.py is not read: umbel.config.ts stands beside it')
    const client = redis.connect()
    for (const id of ['good', 'bad']) {
      const result = {
        status: 'SUCCESS',
        result: 1,
        task_id: id,
        name: 'proj.real',
        args: [1],
        kwargs: {},
        children: [],
        traceback: null,
        date_done: '2026-01-01T00:00:00',
      }
      await client.set(`celery-task-meta-${id}`, JSON.stringify(result))
    }
    const headers = { id: 'm', task: 'proj.real', lang: 'py' }
    const body = Buffer.from('[["hush"], {}, {}]').toString('base64')
    const kinds = { 'content-type': 'application/json', 'content-encoding': 'utf-8' }
    const properties = {
      delivery_tag: 'm',
      body_encoding: 'base64',
      delivery_info: { exchange: '', routing_key: 'held' },
    }
    await client.lpush('held', JSON.stringify({ body, headers, properties, ...kinds }))
    const again = await restart(umbel)
    const info = (id: string) => fetch(`${again.url}/ts/api/task/info/${id}`)
    await waitFor(async () => (await info('good')).status === 200 && (await info('bad')).status === 200)
    expect(await (await info('good')).json()).toMatchObject({ uuid: 'good', name: 'shown', args: '(secret)' })
    expect(await (await info('bad')).json()).toMatchObject({ uuid: 'bad', name: 'proj.real' })
    expect(await (await fetch(`${again.url}/ts/umbel/queues/held/messages`)).json()).toMatchObject({
      messages: [{ task: 'shown', args: '(secret)', raw: '(hidden)' }],
    })
    expect(again.err()).toContain('format_task failed; the task is shown as it is')
    again.child.kill('SIGTERM')
    expect((await again.ended).code).toBe(0)
  })

  it('what is no function, or no configuration, is told with its place', async () => {
    const conf = async (name: string, text: string) => {
      const file = join(dir, name)
      await writeFile(file, text)
      const [code, said] = await refusal([`--conf=${file}`])
      return [code, said.replace(`${dir}/`, '')]
    }
    const noFunction = 'bad.yaml:1: format_task: expected a function; it can stand in umbel.config.ts'
    expect(await conf('bad.yaml', 'format_task: mask\n')).toEqual([2, noFunction])
    expect(await conf('bad.ts', 'export default 5\n')).toEqual([2, 'bad.ts:1: default export: expected an object'])
    expect(await conf('worse.ts', 'export default {\n')).toEqual([2, expect.stringContaining('cannot read worse.ts')])
    // Whatever it is called, it is Python to Flower; and what locks a door is never left out with a warning only.
    const lost =
      'basic_auth is not taken: its value takes Python to know (secret() is not called here); set it in umbel.yaml'
    const refused = [2, `flower.cfg:2: ${lost}, or give --basic-auth`]
    expect(await conf('flower.cfg', 'port = 5556\nbasic_auth = secret()\n')).toEqual(refused)
    const given = await parseDashboardCommand([`--conf=${join(dir, 'flower.cfg')}`, '--basic-auth=a:b'], {})
    expect([given.options.port, given.options.basic_auth, given.warnings.length]).toEqual([5556, ['a:b'], 1])
  })

  async function restart(umbel: Awaited<ReturnType<typeof serve>>) {
    await stop(umbel)
    return serve([])
  }
})

describe('logs', () => {
  it('as JSON, one object a line, with the banner among them', async () => {
    const umbel = await serve(['--log-format=json', '--debug'])
    await ask({ port: umbel.port, path: '/healthcheck', headers: { 'X-Request-Id': 'abc' } })
    const { out, err } = await stop(umbel)
    expect(out).toBe('')
    const lines = err
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines).toContainEqual(
      expect.objectContaining({
        level: 'info',
        msg: `Broker: ${redis.url}`,
        time: expect.stringMatching(/^\d{4}-.*Z$/),
      }),
    )
    expect(lines).toContainEqual(
      expect.objectContaining({ requestId: 'abc', msg: expect.stringMatching(/^200 GET \/healthcheck/) }),
    )
  })

  it('into a file that is begun anew when it is full, and reopened at SIGUSR1', async () => {
    const file = join(dir, 'umbel.log')
    const umbel = await serve([
      `--log_file_prefix=${file}`,
      '--debug',
      '--log_file_max_size=600',
      '--log_file_num_backups=2',
    ])
    await waitFor(async () => {
      await ask({ port: umbel.port, path: '/healthcheck' })
      return existsSync(`${file}.2`)
    })
    expect(existsSync(`${file}.3`)).toBe(false)
    expect((await stat(file)).size).toBeLessThanOrEqual(600)
    await rm(file)
    umbel.child.kill('SIGUSR1')
    await waitFor(() => existsSync(file))
    expect((await stop(umbel)).err).toBe('')
  })

  it('--quiet says neither address nor broker; SIGUSR1 is harmless without a file', async () => {
    const port = await freePort()
    const umbel = start([`--port=${port}`, `--broker=${redis.url}`, '--quiet'])
    await waitFor(async () => (await fetch(`http://127.0.0.1:${port}/healthcheck`)).ok)
    umbel.child.kill('SIGUSR1') // of logrotate: no file to reopen, and no reason to open a debugger
    const { out, err } = await stop(umbel)
    expect(out).toBe('')
    expect(err).not.toContain('Debugger')
  })
})

it('in celery -A proj flower one word is changed: the app in Python is asked for its broker', async () => {
  const port = await freePort()
  await mkdir(join(dir, 'shop'))
  await cp(new URL('../../tests/compat/proj.py', import.meta.url), join(dir, 'shop', 'app.py'))
  const app = { UMBEL_TEST_BROKER: redis.url, UMBEL_TEST_BACKEND: 'disabled' }
  const env = { ...app, VIRTUAL_ENV: join(dirname(pythonPath()), '..'), PYTHONDONTWRITEBYTECODE: '1' }
  const words = ['-A', 'shop.app', '-C', 'flower', `--port=${port}`, '--max_tasks', '5', '--url_prefix=x']
  const umbel = start(words, env)
  await waitFor(() => umbel.out().includes(`Visit me at http://localhost:${port}/x/\nBroker: ${redis.url}\n`))
  await stop(umbel)

  expect(await askPythonApp('nothing.like:it', env)).toEqual({ reason: expect.stringMatching(/nothing/) })
  expect(await askPythonApp('-c; rm', env)).toEqual({ reason: expect.stringMatching(/neither a file/) })
})
