/** The same command by `celery` and by `umbel`, against the same Python worker: what is printed and how it ends. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CeleryWorker, runPython, startCelery } from '../../../lib/testing/celery.ts'
import { freePort } from '../../../lib/testing/free-port.ts'
import { type RedisServer, startRedis } from '../../../lib/testing/redis.ts'
import { type CliResult, runCli } from '../../../lib/testing/umbel-cli.ts'

/** It answers at once; on a busy machine not within the second that Celery waits. */
const ONE = ['-d', 'py@test', '-t', '40']
const SAME_LINES = [
  // First: the others show it.
  ['control', 'rate_limit', 'proj.add', '10/s', '-j', ...ONE],
  ['status', ...ONE],
  ['-q', 'status', ...ONE, '-j'],
  ['inspect', 'ping', ...ONE, '-j'],
  ['-q', 'inspect', 'registered', ...ONE],
  ['inspect', 'stats', ...ONE],
  ['inspect', 'conf', 'yes', '--json', ...ONE],
  ['inspect', 'query_task', 'a', 'b', ...ONE],
  ['control', 'rate_limit', 'nosuch', '10/s', ...ONE],
  ['control', 'rate_limit', 'proj.add', ...ONE],
  ['control', 'heartbeat', ...ONE],
  ['purge', '-f', '-Q', 'none,nothing'],
  ['purge'],
  ['list', 'bindings'],
]
const SAME_COMPLAINTS = [
  ['status', '-d', 'nobody@nowhere', '-t', '0.2'],
  ['inspect', 'nosuch'],
  ['control', 'rate_limit', 'a', 'b', 'c'],
  ['inspect'],
  ['status', '--foo'],
  ['call', 'proj.add', '-k', '[1]'],
]

let redis: RedisServer
let worker: CeleryWorker
let urls: readonly string[]
let theirs: ReadonlyMap<string, CliResult>

beforeAll(async () => {
  redis = await startRedis()
  urls = ['-b', redis.url, '--result-backend', redis.url]
  worker = await startCelery({ broker: redis.url, hostname: 'py@test', concurrency: 3 })
  theirs = await byCelery([...SAME_LINES, ...SAME_COMPLAINTS])
})

afterAll(async () => {
  await worker?.stop()
  await redis?.stop()
})

/** All in one Python: most of a `celery` command is its import. */
async function byCelery(lines: readonly (readonly string[])[]): Promise<ReadonlyMap<string, CliResult>> {
  const program = `
import json
from click.testing import CliRunner
from celery.bin.celery import celery
for line in json.loads(${JSON.stringify(JSON.stringify(lines))}):
    ran = CliRunner().invoke(celery, ${JSON.stringify(urls)} + line, prog_name='celery', auto_envvar_prefix='CELERY')
    print(json.dumps({'code': ran.exit_code, 'out': ran.stdout, 'err': ran.stderr}))`
  const out = await runPython(program, { broker: redis.url })
  const results = out
    .trim()
    .split('\n')
    .map((line): CliResult => JSON.parse(line))
  return new Map(lines.map((line, i) => [line.join(' '), results[i] ?? { code: -1, out: '', err: '' }]))
}

/** What differs from one run to the next. */
function steady(text: string): string {
  return text
    .replace(/("clock": )"?\d+"?/g, '$1N')
    .replace(/("(uptime|utime|stime|maxrss|minflt|majflt|inblock|oublock|nvcsw|nivcsw)": )[\d.]+/g, '$1N')
    .replaceAll('celery', 'umbel')
}

describe('the same words', () => {
  it.concurrent.each(SAME_LINES.map((line) => [line]))('%j prints the same lines', async (line) => {
    const ours = await runCli([...urls, ...line])
    const their = theirs.get(line.join(' '))
    expect({ code: ours.code, out: steady(ours.out) }).toEqual({ code: their?.code, out: steady(their?.out ?? '') })
  })

  it.concurrent.each(SAME_COMPLAINTS.map((line) => [line]))('%j makes the same complaint', async (line) => {
    const ours = await runCli([...urls, ...line])
    const their = theirs.get(line.join(' '))
    expect(ours.code).toBeGreaterThan(1)
    expect({ code: ours.code, err: steady(ours.err) }).toEqual({ code: their?.code, err: steady(their?.err ?? '') })
  })
})

it('shows a task while it runs, as Python writes it, and results as Python prints them', async () => {
  const [sent, fails, echoes] = await Promise.all([
    runCli([...urls, 'call', 'proj.sleep', '-a', '[600]']),
    runCli([...urls, 'call', 'proj.fail', '-a', '["broken"]']),
    runCli([...urls, 'call', 'proj.echo', '-a', '[["x", {"a": 1}], null, true, "it\'s"]']),
  ])
  expect(sent.out).toMatch(/^[0-9a-f-]{36}\n$/)
  const value = ['result', echoes.out.trim()]
  const traceback = ['result', '--traceback', fails.out.trim()]
  const lines = [['inspect', 'active', ...ONE], value, traceback]
  const [their, active, ...rest] = await Promise.all([
    byCelery(lines),
    ...lines.map((line) => runCli([...urls, ...line])),
    runCli([...urls, 'result', fails.out.trim()]),
  ])
  expect(active?.out).toContain(`'id': '${sent.out.trim()}'`)
  expect([active, ...rest.slice(0, 2)].map((one) => one?.out)).toEqual([...their.values()].map(({ out }) => out))
  const failure = rest[2]
  expect(failure?.code).toBe(1)
  expect(failure?.err.trimEnd()).toMatch(/Traceback[\s\S]*\nValueError: broken$/)
  await runCli([...urls, 'control', 'terminate', 'SIGKILL', sent.out.trim()])
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
  const queue = 'doomed'
  await runCli([...urls, 'call', 'some.task', '--queue', queue])
  const { code, out } = await runCli([...urls, 'purge', '-Q', queue], { input: 'y\n' })
  expect(code).toBe(0)
  expect(out).toContain('Purged 1 message from 1 known task queue.')
})
