/** A private RabbitMQ with its management API for a test: own ports, own folder, own epmd; stopped by its process group. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { findProgram } from './server-process.ts'
import { waitFor } from './wait-for.ts'

export interface RabbitMq {
  /** `amqp://guest:guest@127.0.0.1:<port>//` */
  readonly url: string
  /** `http://guest:guest@127.0.0.1:<port>/api/` */
  readonly api: string
  /** Asks the management API; throws when it refuses. */
  ask(method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown>
  stop(): Promise<void>
}

export async function startRabbitMq(): Promise<RabbitMq> {
  const dir = await mkdtemp(join(tmpdir(), 'umbel-rabbitmq-'))
  const [port, apiPort, distPort, epmdPort] = [await freePort(), await freePort(), await freePort(), await freePort()]
  await writeFile(join(dir, 'plugins'), '[rabbitmq_management].')
  const settings = [
    `listeners.tcp.1 = 127.0.0.1:${port}`,
    'management.tcp.ip = 127.0.0.1',
    `management.tcp.port = ${apiPort}`,
    'collect_statistics_interval = 500',
    'disk_free_limit.absolute = 1MB',
  ]
  await writeFile(join(dir, 'rabbit.conf'), `${settings.join('\n')}\n`)
  const env = {
    ...process.env,
    HOME: dir,
    ERL_EPMD_PORT: String(epmdPort),
    RABBITMQ_NODENAME: `umbel${port}@localhost`,
    RABBITMQ_DIST_PORT: String(distPort),
    RABBITMQ_CONFIG_FILE: join(dir, 'rabbit.conf'),
    RABBITMQ_CONF_ENV_FILE: join(dir, 'none'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(dir, 'plugins'),
    RABBITMQ_MNESIA_BASE: join(dir, 'mnesia'),
    RABBITMQ_LOGS: '-',
  }
  const epmd = spawn(findProgram('epmd'), ['-port', String(epmdPort), '-address', '127.0.0.1'], { stdio: 'ignore' })
  // Debian's own script changes to another user, and to the folders of the system's RabbitMQ.
  const [program = ''] = globSync('/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server')
  const server = spawn(program, { env, cwd: dir, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  const read = (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4_000)
  }
  server.stdout.on('data', read)
  server.stderr.on('data', read)
  const root = `http://127.0.0.1:${apiPort}/api/`
  const authorization = `Basic ${Buffer.from('guest:guest').toString('base64')}`

  async function ask(method: string, path: string, body?: object): Promise<unknown> {
    const init = { method, headers: { authorization, 'content-type': 'application/json' } }
    const answer = await fetch(root + path, body === undefined ? init : { ...init, body: JSON.stringify(body) })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`RabbitMQ answers ${answer.status}: ${text}`)
    return text === '' ? null : JSON.parse(text)
  }
  const answers = async () => {
    if (server.exitCode !== null) throw new Error(`RabbitMQ ended:\n${said}`)
    return ask('GET', 'overview').then(
      () => true,
      () => false,
    )
  }
  await waitFor(answers, { what: 'RabbitMQ to answer', timeoutMs: 110_000, everyMs: 100 })
  return {
    url: `amqp://guest:guest@127.0.0.1:${port}//`,
    api: root.replace('http://', 'http://guest:guest@'),
    ask,
    async stop() {
      await end(server)
      await end(epmd)
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** At once: what it holds is the test's. Its script, Erlang and their helpers are one process group. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  try {
    process.kill(-(child.pid ?? 0), 'SIGKILL')
  } catch {
    child.kill('SIGKILL') // it leads no group
  }
  await exited
}
