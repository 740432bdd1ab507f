/** The dashboard is killed after an alert fired and before anybody was told: the next start tells. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { freePort } from '../../lib/testing/free-port.ts'
import { type RedisServer, startRedis } from '../../lib/testing/redis.ts'
import { waitFor } from '../../lib/testing/wait-for.ts'

const CLI = new URL('../cli.ts', import.meta.url).href

let redis: RedisServer
let dir: string
const children = new Set<ChildProcess>()

beforeEach(async () => {
  redis = await startRedis()
  dir = await mkdtemp(join(tmpdir(), 'umbel-killed-'))
})
afterEach(async () => {
  for (const child of children) await kill(child)
  await redis?.stop()
  await rm(dir, { recursive: true, force: true })
})

async function kill(child: ChildProcess): Promise<void> {
  children.delete(child)
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}

async function startDashboard(): Promise<ChildProcess> {
  const args = [`--broker=${redis.url}`, `--port=${await freePort()}`, '--address=127.0.0.1', '--conf=umbel.yaml']
  const program = `import { main } from ${JSON.stringify(CLI)}\nawait main(process.argv.slice(1))`
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', program, '--', ...args, `--data-dir=${join(dir, 'data')}`],
    { cwd: dir, env: { ...process.env, HOME: dir }, stdio: 'ignore' },
  )
  children.add(child)
  return child
}

it('tells after the restart what it could not tell before, under the same id', async () => {
  const port = await freePort()
  let isDown = true
  const ids: { readonly id: string; readonly taken: boolean; readonly status: string }[] = []
  const receiver = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const { id, status } = JSON.parse(text) as { readonly id: string; readonly status: string } // docs/alerts.md
    ids.push({ id, status, taken: !isDown })
    response.writeHead(isDown ? 503 : 200).end()
  }).listen(port, '127.0.0.1')
  await writeFile(
    join(dir, 'umbel.yaml'),
    `alerts:
  channels: [{ name: hook, kind: webhook, url: "http://127.0.0.1:${port}/" }]
  rules: [{ name: Long, kind: queue-length, queue: mail, above: 2, channels: [hook] }]
`,
  )
  try {
    const client = redis.connect()
    await client.sadd('_kombu.binding.mail', 'mail\x06\x16\x06\x16mail')
    await client.lpush('mail', '{}', '{}', '{}')
    const first = await startDashboard()
    await waitFor(() => ids.length > 0, { what: 'the first attempt' })
    await kill(first)
    isDown = false

    await startDashboard()
    await waitFor(() => ids.some(({ taken }) => taken), { what: 'the delivery' })
    await client.del('mail')
    await waitFor(() => ids.some(({ status }) => status === 'resolved'), { what: 'the end' })

    expect(new Set(ids.filter(({ status }) => status === 'firing').map(({ id }) => id)).size).toBe(1)
    expect(ids.filter(({ taken }) => taken).map(({ status }) => status)).toEqual(['firing', 'resolved'])
  } finally {
    receiver.closeAllConnections()
    receiver.close()
  }
})
