/** `umbel worker` as a process: what it says, what it loads, how signals end it. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { type RedisServer, startRedis } from '../../../lib/testing/redis.ts'
import { type RunningCli, runCli, startCli } from '../../../lib/testing/umbel-cli.ts'
import { waitFor } from '../../../lib/testing/wait-for.ts'

const CLI = new URL('../../cli.ts', import.meta.url).href
const PACKAGE = new URL('../../../lib/client/index.ts', import.meta.url).href
let redis: RedisServer
let dir: string
const running = new Set<RunningCli>()

beforeAll(async () => {
  redis = await startRedis()
  dir = await mkdtemp(join(tmpdir(), 'umbel-test-'))
  const tasks = `import { Celery } from ${JSON.stringify(PACKAGE)}
    export const app = new Celery('proj', { broker: ${JSON.stringify(redis.url)}, backend: ${JSON.stringify(redis.url)} })
    app.task('proj.add', { params: ['x', 'y'] }, (x: number, y = 1) => x + y)
    app.task('proj.wait', { params: ['ms'], acksLate: true }, (ms: number) => new Promise((done) => setTimeout(done, ms)))`
  await writeFile(join(dir, 'tasks.ts'), tasks)
})

afterEach(async () => {
  for (const { child, ended } of running) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    await ended
  }
  running.clear()
})

afterAll(async () => {
  await redis?.stop()
  await rm(dir, { recursive: true, force: true })
})

async function worker(...args: string[]) {
  const cli = startCli(['worker', '-A', './tasks.ts', '--without-mingle', ...args], { cwd: dir })
  running.add(cli)
  await cli.says(' ready.')
  return cli
}

it('says what Celery says, before it is ready', async () => {
  const cli = await worker('-n', 'w1@%h', '-Q', 'a,b', '-c3', '-EP', 'solo')
  const host = hostname()
  expect(cli.out()).toContain(`\nw1@${host} v`)
  for (const line of [
    '.> app:         proj:./tasks.ts',
    `.> transport:   ${redis.url}`,
    `.> results:     ${redis.url}`,
    '.> concurrency: 3 (solo)',
    '.> task events: ON',
    '[queues]\n.> a                exchange=a(direct) key=a\n.> b                exchange=b(direct) key=b',
    '[tasks]\n  . proj.add\n  . proj.wait',
  ]) {
    expect(cli.out()).toContain(line)
  }
  expect(cli.err()).toMatch(
    new RegExp(`\\[\\d{4}-\\d\\d-\\d\\d [\\d:]{8},\\d{3}: INFO/MainProcess\\] w1@${host} ready\\.`),
  )
})

it('loads nothing of the dashboard', async () => {
  const hook = `import { registerHooks } from 'node:module'
    import { appendFileSync } from 'node:fs'
    registerHooks({ load(url, context, next) { appendFileSync(${JSON.stringify(join(dir, 'modules'))}, url + '\\n'); return next(url, context) } })`
  const NODE_OPTIONS = `--import data:text/javascript,${encodeURIComponent(hook)}`
  const cli = startCli(['worker', '-A', './tasks.ts', '--without-mingle'], { cwd: dir, env: { NODE_OPTIONS } })
  running.add(cli)
  await cli.says(' ready.')
  const modules = (await readFile(join(dir, 'modules'), 'utf8')).split('\n')
  expect(modules.some((url) => url.endsWith('/worker/worker.ts'))).toBe(true)
  const foreign =
    /\/node_modules\/(next|react|react-dom|socket\.io|recharts|zod|yaml)\/|\/lib\/(monitor|server|live|history)\/|\/(app|components)\//
  const ours = modules.filter((url) => !url.endsWith('/config-file.ts'))
  expect(ours.filter((url) => foreign.test(url))).toEqual([])
})

it('holds its pidfile, gives it back, and ends with 0 on TERM', async () => {
  const cli = await worker('--pidfile', '%n.pid', '-n', 'p1@x', '-q')
  expect(cli.out()).toBe('')
  expect(await readFile(join(dir, 'p1.pid'), 'utf8')).toBe(`${cli.child.pid}\n`)
  const second = await runCli(['worker', '-A', './tasks.ts', '--pidfile', 'p1.pid'], { cwd: dir })
  expect(second.code).toBe(73)
  expect(second.err).toContain(`already exists.\nSeems we're already running? (pid: ${cli.child.pid})`)
  cli.child.kill('SIGTERM')
  expect(await cli.ended).toMatchObject({ code: 0, out: '\nworker: Warm shutdown (MainProcess)\n' })
  await expect(readFile(join(dir, 'p1.pid'))).rejects.toThrow('ENOENT')
})

it('stops running tasks at the second INT, ends with 1, and gives a late-acknowledged message back', async () => {
  const cli = await worker('-Q', 'late')
  await runCli(['-b', redis.url, 'call', 'proj.wait', '-a', '[60000]', '--queue', 'late'])
  await cli.says('Task proj.wait[')
  cli.child.kill('SIGINT')
  await cli.says('worker: Warm shutdown (MainProcess)')
  cli.child.kill('SIGINT')
  const { code, out } = await cli.ended
  expect(code).toBe(1)
  expect(out).toContain('worker: Hitting Ctrl+C again will terminate all running tasks!')
  expect(await redis.connect().llen('late')).toBe(1)
})

it('takes tasks of further modules, in children too, and says which one is missing', async () => {
  const more = "import { app } from './tasks.ts'\napp.task('proj.more', {}, () => 'more')"
  await writeFile(join(dir, 'more.ts'), more)
  const cli = await worker('-I', './more', '-P', 'processes', '-c1', '-Q', 'more')
  expect(cli.out()).toContain('  . proj.more\n')
  await runCli(['-b', redis.url, 'call', 'proj.more', '--queue', 'more'])
  await cli.says("s: 'more'")
  const start = ['worker', '-A', './tasks.ts']
  const missing = await runCli([...start, '-I', 'nosuch'], { cwd: dir })
  expect([missing.code, missing.err]).toEqual([2, expect.stringContaining('nosuch cannot be loaded: there is no such')])
  const nowhere = await runCli([...start, '-D', '--executable', '/nosuch/node'], { cwd: dir })
  expect([nowhere.code, nowhere.err]).toEqual([2, expect.stringContaining("'--executable': expected a Node")])
})

it('empties its queues first when it is told to', async () => {
  await runCli(['-b', redis.url, 'call', 'some.task', '--queue', 'full'])
  const cli = await worker('-Q', 'full', '--purge')
  expect(cli.out()).toContain('purge: Erased 1 message from the queue.')
})

it('goes on in the background, with a log and a pidfile', async () => {
  // It starts itself again by the script it was started by.
  const script = join(dir, 'umbel.mjs')
  await writeFile(script, `import { main } from ${JSON.stringify(CLI)}\nawait main(process.argv.slice(2))`)
  const args = ['worker', '-A', './tasks.ts', '-D', '--pidfile', 'bg.pid', '--logfile', 'bg.log', '--without-mingle']
  await promisify(execFile)(process.execPath, [script, ...args], { cwd: dir })
  await waitFor(async () => (await readFile(join(dir, 'bg.log'), 'utf8')).includes(' ready.'))
  const pid = Number(await readFile(join(dir, 'bg.pid'), 'utf8'))
  process.kill(pid, 'SIGTERM')
  await waitFor(async () =>
    readFile(join(dir, 'bg.pid')).then(
      () => false,
      () => true,
    ),
  )
})

it.concurrent.each([
  [
    ['-A', './tasks.ts', '-c', '99x'],
    "Invalid value for '--concurrency': expected a whole number from 0, or auto, got '99x'",
  ],
  [['-A', './tasks.ts', '--', 'foo=1'], "Unable to parse extra configuration from command line.\nReason: 'foo'"],
  [['-A', './tasks.ts', '--concurency=2'], "No such option '--concurency'. Did you mean '--concurrency'?"],
  [['-A', 'nowhere.ts'], 'Unable to load celery application.'],
])('%j is refused with 2', async (args, complaint) => {
  const { code, err } = await runCli(['worker', ...args], { cwd: dir })
  expect(err).toContain(complaint)
  expect(err).toMatch(/^Usage: umbel worker \[OPTIONS\]\n/)
  expect(code).toBe(2)
})

it('says of commands that only Celery has what does their work', async () => {
  expect(await runCli(['multi', 'start', 'w1'])).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^error: umbel has no command multi: .*\n$/),
  })
})
