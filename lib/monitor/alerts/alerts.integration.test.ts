/** The engine with a real HTTP receiver; readings are set by hand, since they are what the rules are about. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRuntime } from '../../runtime/runtime.ts'
import { freePort } from '../../testing/free-port.ts'
import { waitFor } from '../../testing/wait-for.ts'
import type { QueueReading } from '../contracts.ts'
import { parseAlertConfig } from './alert-config.ts'
import { type AlertEngine, createAlerts } from './alerts.ts'

interface Received {
  readonly status: string
  readonly id: string
  readonly alerts: readonly { readonly subject: string }[]
}

let dataDir: string
let port: number
let receiver: Server
let received: Received[]
let answers: number[]
let engine: AlertEngine | null
let rows: QueueReading[]
let broken: string | null
let round: () => void

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'umbel-alerts-'))
  port = await freePort()
  received = []
  answers = []
  rows = []
  broken = null
  engine = null
  round = () => {}
  receiver = createServer(
    (request, response) => void take(request).then(() => response.writeHead(answers.shift() ?? 200).end()),
  )
  await new Promise<void>((resolve) => receiver.listen(port, '127.0.0.1', resolve))
})

afterEach(async () => {
  await engine?.stop()
  receiver.closeAllConnections()
  await new Promise((resolve) => receiver.close(resolve))
  await rm(dataDir, { recursive: true, force: true })
})

async function take(request: IncomingMessage): Promise<void> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  if (answers[0] === undefined || answers[0] === 200) received.push(JSON.parse(text) as Received)
}

const depths = (all: Readonly<Record<string, number>>) => {
  rows = Object.entries(all).map(([name, waiting]) => ({ name, waiting, unacked: 0, byPriority: [], error: null }))
  round()
}

async function start(rule: object = {}): Promise<AlertEngine> {
  const data = {
    rules: [{ name: 'long', kind: 'queue-length', queue: '*', above: 100, channels: ['hook'], ...rule }],
    channels: [{ name: 'hook', kind: 'webhook', url: `http://127.0.0.1:${port}/hook` }],
  }
  const started = createAlerts({
    runtime: createRuntime(),
    config: parseAlertConfig({ file: 'umbel.yaml', data, lineOf: () => 1 }),
    dataDir,
    queues: {
      latest: () => ({ atMs: 1, rows, error: broken, unackedTotal: 0 }),
      onRound(listener) {
        round = listener
        return () => {}
      },
    },
    cluster: { workers: () => [] } as never, // no rule here looks at workers
    failures: () => ({ finished: 0, failed: 0 }),
  })
  engine = started
  await started.start(new AbortController().signal)
  return started
}

describe('alerts', () => {
  it('tell once when a queue crosses its limit, and once when it is well again', async () => {
    await start()
    depths({ high: 1_000 })
    depths({ high: 1_200 })
    await waitFor(() => received.length === 1)
    depths({ high: 90 })
    depths({ high: 80 })
    await waitFor(() => received.length === 2)

    expect(received.map(({ status, alerts }) => [status, alerts[0]?.subject])).toEqual([
      ['firing', 'high'],
      ['resolved', 'high'],
    ])
  })

  it('gather what crosses together into one message', async () => {
    await start()
    depths(Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`q${i}`, 500])))
    await waitFor(() => received.length === 1)

    expect(received[0]).toMatchObject({ more: 250, status: 'firing' })
    expect(received[0]?.alerts).toHaveLength(50)
  })

  it('try again until the receiver takes it, under the same id', async () => {
    answers = [500, 503]
    const { view } = await start()
    depths({ high: 1_000 })
    await waitFor(() => received.length === 1)

    await waitFor(() => view().active[0]?.notifications[0]?.state === 'sent')
    expect(view().active[0]?.notifications[0]?.attempts).toBe(3)
  })

  it('lose no notification over a restart, and do not repeat one that was sent', async () => {
    answers = [500]
    const first = await start()
    depths({ high: 1_000 })
    await waitFor(() => first.view().active[0]?.notifications[0]?.state === 'retrying')
    await first.stop()

    await start()
    depths({ high: 1_000 })
    await waitFor(() => received.length === 1)
    await engine?.stop()
    const third = await start()
    depths({ high: 1_000 })
    await third.edit.testChannel('hook')

    expect(received.map(({ status }) => status)).toEqual(['firing', 'test'])
  })

  it('keep firing while the broker cannot be read, and say so by a rule of its own', async () => {
    const { view } = await start()
    depths({ high: 1_000 })
    await waitFor(() => received.length === 1)
    broken = 'connection refused'
    rows = []
    round()
    await waitFor(() => received.length === 2)

    expect(received[1]).toMatchObject({ status: 'firing', rule: 'Umbel is blind' })
    expect(view().active.map(({ subject, state }) => [subject, state])).toContainEqual(['high', 'firing'])
  })

  it('say nothing while silenced', async () => {
    const { edit, view } = await start()
    await edit.silence('long', 60_000)
    depths({ high: 1_000 })
    await edit.testChannel('hook')

    expect(received.map(({ status }) => status)).toEqual(['test'])
    expect(view().active[0]).toMatchObject({ state: 'firing', silenced: true, notifications: [] })
  })

  it('tell what still fires when the silence ends, and nothing of what came and went', async () => {
    const { edit } = await start({ queue: 'high' })
    await edit.silence('long', 60_000)
    depths({ high: 1_000 })
    depths({ high: 0 })
    depths({ high: 2_000 })
    await edit.silence('long', 0)
    await waitFor(() => received.length === 1)
    depths({ high: 0 })
    await waitFor(() => received.length === 2)

    expect(received.map(({ status }) => status)).toEqual(['firing', 'resolved'])
  })

  it('keep a rule made in the page over a restart, and refuse to change one of the file', async () => {
    const first = await start()
    await first.edit.saveRule({ name: 'mine', kind: 'queue-length', queue: 'low', above: 5, channels: ['hook'] })
    await expect(first.edit.saveRule({ name: 'long', kind: 'queue-length', queue: 'low', above: 5 })).rejects.toThrow(
      'config file',
    )
    await first.stop()

    const second = await start()
    expect(second.view().rules.map(({ name, source }) => [name, source])).toEqual([
      ['long', 'file'],
      ['mine', 'page'],
      ['Umbel is blind', 'built-in'],
    ])
    expect(second.forQueue('low')).toEqual({ limit: 5, state: 'ok' })
  })

  it('set an unreadable state file aside and start anew', async () => {
    await writeFile(join(dataDir, 'alerts.json'), '{"version":1,"epis')
    const { view } = await start()

    expect(view().active).toEqual([])
    expect(await readFile(join(dataDir, 'alerts.json.corrupt'), 'utf8')).toContain('epis')
  })

  it('show a failed test with its reason', async () => {
    answers = [404]
    const { edit } = await start()

    expect(await edit.testChannel('hook')).toMatchObject({ state: 'failed', error: expect.stringContaining('404') })
  })
})
