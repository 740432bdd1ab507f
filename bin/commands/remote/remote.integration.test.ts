/** The same command by `celery` and by `umbel`, against the same Python worker: what is printed and how it ends. */
import { execFile } from 'node:child_process'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CeleryWorker, pythonPath, startCelery } from '../../../lib/testing/celery.ts'
import { freePort } from '../../../lib/testing/free-port.ts'
import { type RedisServer, startRedis } from '../../../lib/testing/redis.ts'
import { runCli } from '../../../lib/testing/umbel-cli.ts'

let redis: RedisServer
let worker: CeleryWorker
let urls: readonly string[]

beforeAll(async () => {
  redis = await startRedis()
  urls = ['-b', redis.url, '--result-backend', redis.url]
  worker = await startCelery({ broker: redis.url, hostname: 'py@test' })
})

afterAll(async () => {
  await worker?.stop()
  await redis?.stop()
})

function celery(args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const program = join(dirname(pythonPath()), 'celery')
  return new Promise((resolve) => {
    const child = execFile(program, [...args], (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err })
    })
    child.stdin?.end()
  })
}

/** What differs from one run to the next. */
function steady(text: string): string {
  return text
    .replace(/("clock": )"?\d+"?/g, '$1N')
    .replace(/("(uptime|utime|stime|maxrss|minflt|inblock|oublock|nvcsw|nivcsw)": )[\d.]+/g, '$1N')
    .replaceAll('celery', 'umbel')
}

async function both(args: readonly string[]) {
  const [theirs, ours] = await Promise.all([celery([...urls, ...args]), runCli([...urls, ...args])])
  return { theirs, ours }
}

const ONE = ['-d', 'py@test']

describe('the same words, the same lines', () => {
  it.each([
    [['status', ...ONE]],
    [['-q', 'status', ...ONE, '-j']],
    [['inspect', 'ping', ...ONE, '-j']],
    [['-q', 'inspect', 'registered', ...ONE]],
    [['inspect', 'active', ...ONE]],
    [['inspect', 'stats', ...ONE]],
    [['inspect', 'conf', 'yes', '--json', ...ONE]],
    [['inspect', 'query_task', 'a', 'b', ...ONE]],
    [['control', 'rate_limit', 'proj.add', '10/s', '-j', ...ONE]],
    [['control', 'rate_limit', 'nosuch', '10/s', ...ONE]],
    [['control', 'rate_limit', 'proj.add', ...ONE]],
    [['control', 'revoke_by_stamped_headers', 'a=b', ...ONE]],
    [['control', 'heartbeat', ...ONE]],
    [['purge', '-f', '-Q', 'none,nothing']],
    [['purge']],
    [['list', 'bindings']],
  ])('%j', async (args) => {
    const { theirs, ours } = await both(args)
    expect({ code: ours.code, out: steady(ours.out) }).toEqual({ code: theirs.code, out: steady(theirs.out) })
  })

  it.each([
    [['status', '-d', 'nobody@nowhere', '-t', '0.2'], 69],
    [['inspect', 'nosuch'], 2],
    [['control', 'ping'], 2],
    [['control', 'rate_limit', 'a', 'b', 'c'], 2],
    [['inspect'], 2],
    [['status', '--foo'], 2],
    [['call', 'proj.add', '-k', '[1]'], 2],
  ] as const)('%j ends with %i and the same complaint', async (args, code) => {
    const { theirs, ours } = await both(args)
    expect([ours.code, theirs.code]).toEqual([code, code])
    expect(steady(ours.err)).toBe(steady(theirs.err))
  })

  it('shows a task while it runs, as Python writes it', async () => {
    const sent = await runCli([...urls, 'call', 'proj.sleep', '-a', '[3]', '-k', '{}'])
    expect(sent.out).toMatch(/^[0-9a-f-]{36}\n$/)
    const { theirs, ours } = await both(['inspect', 'active', ...ONE])
    expect(ours.out).toContain(`'id': '${sent.out.trim()}'`)
    expect(ours.out).toBe(theirs.out)
  })
})

describe('results', () => {
  it('are printed as Python prints them, floats as floats', async () => {
    const { out: id } = await runCli([...urls, 'call', 'proj.echo', '-a', '[["x", {"a": 1}], null, true, "it\'s"]'])
    const { theirs, ours } = await both(['result', id.trim()])
    expect(ours).toEqual({ code: 0, out: `[[['x', {'a': 1}], None, True, "it's"], {}]\n`, err: '' })
    expect(ours.out).toBe(theirs.out)
  })

  it('end with 1 and the exception when the task failed', async () => {
    const { out: id } = await runCli([...urls, 'call', 'proj.fail', '-a', '["broken"]'])
    const { theirs, ours } = await both(['result', id.trim()])
    expect([ours.code, theirs.code]).toEqual([1, 1])
    expect(ours.err.trimEnd()).toMatch(/Traceback[\s\S]*\nValueError: broken$/)
    const traceback = await both(['result', '--traceback', id.trim()])
    expect(traceback.ours).toEqual(traceback.theirs)
  })
})

it("says in Celery's words, and with 69, that there is no broker", async () => {
  const url = `redis://127.0.0.1:${await freePort()}/0`
  const { code, err } = await runCli(['-b', url, 'inspect', 'ping'])
  expect(code).toBe(69)
  expect(err).toMatch(
    /^Error: Could not connect to the message broker\. Please make sure your broker \(e\.g\., RabbitMQ or Redis\) is running/,
  )
})

it('asks before it purges, and takes yes for an answer', async () => {
  const queue = { app: 'doomed' }
  await runCli([...urls, 'call', 'some.task', '--queue', queue.app])
  const { code, out } = await runCli([...urls, 'purge', '-Q', queue.app], { input: 'y\n' })
  expect(code).toBe(0)
  expect(out).toContain('Purged 1 message from 1 known task queue.')
})
