/** `umbel` as a person starts it: a process, its output, its exit code. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../../lib/testing/free-port.ts'
import { type RedisServer, startRedis } from '../../lib/testing/redis.ts'
import { waitFor } from '../../lib/testing/wait-for.ts'

const CLI = new URL('../cli.ts', import.meta.url).href
const running = new Set<ChildProcess>()
let redis: RedisServer
let dir: string

beforeAll(async () => {
  redis = await startRedis()
  dir = await mkdtemp(join(tmpdir(), 'umbel-test-'))
})

afterEach(async () => {
  for (const child of running) {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    }
  }
  running.clear()
})

afterAll(async () => {
  await redis?.stop()
  await rm(dir, { recursive: true, force: true })
})

function start(args: readonly string[], env: Record<string, string> = {}) {
  const program = `import { main } from ${JSON.stringify(CLI)}\nawait main(process.argv.slice(1))`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, '--', ...args], {
    cwd: dir,
    env: { ...process.env, HOME: dir, XDG_STATE_HOME: dir, ...env },
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

async function serve(args: readonly string[], env: Record<string, string> = {}) {
  const port = await freePort()
  const umbel = start([`--port=${port}`, ...args], env)
  const url = `http://127.0.0.1:${port}`
  await waitFor(async () => (await fetch(`${url}/healthcheck`)).ok, { what: 'the dashboard to serve' })
  return { ...umbel, url, port }
}

describe('what is wrong is said in one line', () => {
  it.each<[readonly string[], Record<string, string>, number, string]>([
    [['--prot=1'], {}, 2, 'error: unknown option --prot; did you mean --port?'],
    [['--port=abc'], {}, 2, 'error: --port: expected an integer 0..65535, got "abc"'],
    [[], { UMBEL_PROT: '1' }, 2, 'error: unknown option environment UMBEL_PROT; did you mean UMBEL_PORT?'],
    [['wrker'], {}, 2, "error: No such command 'wrker'. Did you mean 'worker'?"],
    [['--broker=http://x'], {}, 2, 'error: broker URL "http://x": scheme "http": expected one of '],
    [['--broker=redis://h:port/0'], {}, 2, 'error: broker URL '],
    [['--broker=redis://u:topsecret@h/abc'], {}, 2, 'error: broker URL '],
    [['--conf=nowhere.yaml'], {}, 2, 'error: cannot read nowhere.yaml: no such file'],
    [['--worker'], {}, 2, 'error: --worker: expected a file with the tasks: --app=./tasks.ts'],
    [['--beat', '--app=none.ts'], {}, 2, 'error: cannot load app "none.ts": there is no such file'],
    [['--basic-auth=topsecret'], {}, 2, 'error: --basic-auth: expected user:password entries'],
    [['--address=999.1.1.1'], {}, 2, 'error: --address: expected an IP address or host name'],
    [['--address=192.0.2.1'], {}, 3, 'error: cannot listen on 192.0.2.1:5555: this machine has no such address'],
  ])('%j %j ends with %i', async (args, env, code, message) => {
    const result = await start(args, env).ended
    expect([result.code, result.out]).toEqual([code, ''])
    const line = result.err.split('\n').find((text) => text.startsWith('error: ')) ?? result.err
    expect(line.slice(0, message.length)).toBe(message)
    expect(result.err).not.toMatch(/topsecret|node:internal|^\s+at /m)
  })

  it('a bad alert rule with its file and line', async () => {
    await writeFile(
      join(dir, 'bad.yaml'),
      'alerts:\n  rules:\n    - name: deep\n      kind: queue-length\n      queue: 5\n',
    )
    const { code, err } = await start(['--conf=bad.yaml']).ended
    expect(code).toBe(2)
    expect(err).toMatch(/^error: bad\.yaml:\d: alerts\.rules\.0/)
  })

  it('a port that is taken, with the option that changes it', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = other.address()
    const port = typeof address === 'object' ? address?.port : 0
    const { code, err } = await start([`--port=${port}`, '--address=127.0.0.1', `--broker=${redis.url}`]).ended
    other.close()
    expect(code).toBe(3)
    expect(err).toContain(`error: port ${port} on 127.0.0.1 is already in use; choose another one with --port=N`)
  })
})

describe('a dashboard', () => {
  it('says where it is, and stops cleanly at the first signal', async () => {
    const { child, ended, url, out, port } = await serve([`--broker=${redis.url}`])
    await waitFor(() => out().includes(`Visit me at http://localhost:${port}\nBroker: ${redis.url}\n`))
    await waitFor(async () => (await fetch(`${url}/healthcheck?deep=1`)).status === 200)
    child.kill('SIGTERM')
    const { code, err } = await ended
    expect(code).toBe(0)
    expect(err).not.toMatch(/ERROR|^\s+at /m)
  })

  it('takes broker and results of the app, unless it is told others; a Python app that cannot be asked is told of', async () => {
    const library = new URL('../../lib/client/index.ts', import.meta.url).href
    const code = `import { Celery } from ${JSON.stringify(library)}\nexport const app = new Celery('p', { broker: '${redis.url}' })`
    await writeFile(join(dir, 'app.ts'), code)
    const ofApp = await serve(['-A', './app.ts'])
    await waitFor(() => ofApp.out().includes(`Broker: ${redis.url}\n`))
    const told = await serve(['-A', './app.ts', '--broker=redis://127.0.0.1:1/3'])
    await waitFor(() => told.out().includes('Broker: redis://127.0.0.1:1/3\n'))
    const python = await serve([`--broker=${redis.url}`], { CELERY_APP: 'proj.celery:app' })
    await waitFor(() => python.out().includes(`Broker: ${redis.url}\n`))
    expect(python.err()).toContain('The app proj.celery:app is not asked for broker and results: ')
  })

  it('goes on when nobody reads its lines any more', async () => {
    const { child, url } = await serve([`--broker=${redis.url}`, '--loglevel=debug'])
    child.stdout.destroy()
    child.stderr.destroy()
    const exited = once(child, 'exit')
    child.kill('SIGTERM') // is told on the closed pipe
    expect(await exited).toEqual([0, null])
    await expect(fetch(`${url}/healthcheck`)).rejects.toThrow()
  })

  it('serves while the broker is away, says so, and recovers by itself', async () => {
    await redis.shutdown()
    const { child, ended, url } = await serve([`--broker=${redis.url}`], { FLOWER_UNAUTHENTICATED_API: 'true' })
    const deep = await fetch(`${url}/healthcheck?deep=1`)
    expect(deep.status).toBe(503)
    expect(await deep.json()).toMatchObject({ ok: false, reason: expect.any(String) })
    expect((await fetch(`${url}/api/tasks`)).status).toBe(200)
    expect((await fetch(`${url}/api/queues/length`)).status).toBe(503)
    await redis.restart()
    await waitFor(async () => (await fetch(`${url}/healthcheck?deep=1`)).status === 200)
    await redis.kill()
    await waitFor(async () => (await fetch(`${url}/healthcheck?deep=1`)).status === 503)
    await redis.restart()
    await waitFor(async () => (await fetch(`${url}/healthcheck?deep=1`)).status === 200)
    child.kill('SIGINT')
    expect((await ended).code).toBe(0)
  })

  it('stops also while the broker is away', async () => {
    await redis.shutdown()
    const { child, ended } = await serve([`--broker=${redis.url}`])
    child.kill('SIGINT')
    expect((await ended).code).toBe(0)
    await redis.restart()
  })

  it('hides the password of the broker and asks for its own', async () => {
    const broker = redis.url.replace('://', '://:topsecret@')
    const { child, ended, url } = await serve([`--broker=${broker}`, '--basic-auth=ann:se:cret'])
    expect((await fetch(`${url}/api/tasks`)).status).toBe(401)
    expect((await fetch(`${url}/metrics`)).status).toBe(200)
    const headers = { Authorization: `Basic ${Buffer.from('ann:se:cret').toString('base64')}` }
    expect((await fetch(`${url}/api/tasks`, { headers })).status).toBe(200)
    child.kill('SIGTERM')
    const { out, err } = await ended
    expect(out + err).not.toContain('topsecret')
  })
})
