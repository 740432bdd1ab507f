/** Each kind of channel against a real receiver, and what happens when receivers are slow, busy or silent. */
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import { createServer as createTcpServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createRuntime } from '../../runtime/runtime.ts'
import { freePort } from '../../testing/free-port.ts'
import { type SmtpSink, startSmtpSink } from '../../testing/smtp-sink.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { createCluster } from '../cluster.ts'
import type { QueueReading } from '../contracts.ts'
import { MONITOR_DEFAULTS } from '../settings.ts'
import { parseAlertConfig } from './alert-config.ts'
import { type AlertEngine, createAlerts } from './alerts.ts'

interface Call {
  readonly atMs: number
  readonly headers: IncomingHttpHeaders
  readonly body: { readonly status?: string; readonly text?: string }
}

const opened: { stop(): Promise<unknown> }[] = []
let rows: QueueReading[]
let round: () => void

beforeEach(() => {
  rows = []
  round = () => {}
})
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.stop()
})

/** Answers with what is left of `answers`, then with 200. */
async function receiver(answers: ((response: ServerResponse) => void)[] = []) {
  const calls: Call[] = []
  const port = await freePort()
  const server: Server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const answer = answers.shift()
    calls.push({ atMs: performance.now(), headers: request.headers, body: JSON.parse(text) as Call['body'] })
    if (answer === undefined) response.end()
    else answer(response)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  opened.push({
    stop() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  })
  return { url: `http://127.0.0.1:${port}/hook`, calls }
}

/** Takes connections and never says a word. */
async function silentPort(): Promise<number> {
  const sockets = new Set<Socket>()
  const port = await freePort()
  const server = createTcpServer((socket) => sockets.add(socket.on('error', () => {}))).listen(port, '127.0.0.1')
  opened.push({
    stop() {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(resolve))
    },
  })
  return port
}

async function smtpSink(): Promise<SmtpSink> {
  const sink = await startSmtpSink()
  opened.push(sink)
  return sink
}

async function engine(
  channels: readonly { readonly name: string }[],
  dataDir: string | null = null,
): Promise<AlertEngine> {
  const names = channels.map(({ name }) => name)
  const data = { rules: [{ name: 'long', kind: 'queue-length', queue: '*', above: 100, channels: names }], channels }
  const started = createAlerts({
    runtime: createRuntime(),
    config: parseAlertConfig({ file: 'umbel.yaml', data, lineOf: () => 1 }),
    dataDir,
    queues: {
      latest: () => ({ atMs: 1, rows, error: null, unackedTotal: 0 }),
      onRound(listener) {
        round = listener
        return () => {}
      },
    },
    cluster: createCluster(MONITOR_DEFAULTS),
    failures: () => ({ finished: 0, failed: 0 }),
  })
  opened.push(started)
  await started.start(new AbortController().signal)
  return started
}

function depth(name: string, waiting: number): void {
  rows = [{ name, waiting, unacked: 0, byPriority: [], error: null }]
  round()
}

const mailTo = (port: number, more: object = {}) => ({
  ...{ name: 'mail', kind: 'email', from: 'umbel@example.org', to: ['anna@example.org', 'ben@example.org'] },
  ...{ smtpUrl: `smtp://umbel:p%40ss%20word@127.0.0.1:${port}`, ...more },
})

it('mails to a server that asks for a password, in words that survive any queue name', async () => {
  const sink = await smtpSink()
  await engine([mailTo(sink.port)])
  depth('mäil\r\nBcc: eve@example.org', 1_000)
  await waitFor(() => sink.mails.length === 1)

  const [mail] = sink.mails
  expect(mail).toMatchObject({ user: 'umbel' })
  expect(mail?.from).toContain('umbel@example.org')
  expect(mail?.to.map((line) => /<(.*)>/.exec(line)?.[1])).toEqual(['anna@example.org', 'ben@example.org'])
  const [head = '', body = ''] = (mail?.text ?? '').split('\r\n\r\n')
  expect(head).toMatch(/^Subject: =\?UTF-8\?/m)
  expect(head).toMatch(/^Message-ID: <[\da-f-]{36}@umbel>/m)
  expect(head).not.toMatch(/^Bcc:/m)
  expect(body).toContain('1000 messages')
})

it('tries a mail again that its server refused, and says why', async () => {
  const sink = await smtpSink()
  const { view, edit } = await engine([mailTo(sink.port, { to: ['nobody@example.org'] })])
  depth('high', 1_000)
  const told = await waitFor(() => view().active[0]?.notifications.find(({ state }) => state === 'retrying'))
  expect(told.error).toContain('550')

  await edit.saveChannel({ ...mailTo(sink.port), name: 'wrong', smtpUrl: `smtp://umbel:no@127.0.0.1:${sink.port}` })
  expect(await edit.testChannel('wrong')).toMatchObject({ state: 'failed', error: expect.stringContaining('535') })
})

it('gives Slack one text, in which no name can be markup', async () => {
  const slack = await receiver()
  await engine([{ name: 'team', kind: 'slack', url: slack.url } as { readonly name: string }])
  depth('<!channel> & co', 1_000)
  await waitFor(() => slack.calls.length === 1)

  expect(Object.keys(slack.calls[0]?.body ?? {})).toEqual(['text'])
  expect(slack.calls[0]?.body.text).toContain(
    'Firing: Queue &lt;!channel&gt; &amp; co holds 1000 messages (limit 100)\nRule: long\n',
  )
  expect(slack.calls[0]?.headers['content-type']).toBe('application/json')
})

it.each([
  ['seconds', () => ({ 'retry-after': '3' })],
  ['a time', () => ({ 'retry-after': new Date(Date.now() + 4_000).toUTCString(), date: new Date().toUTCString() })],
])('waits as long as a busy receiver asks, in %s, and keeps the order', async (_, headers) => {
  const hook = await receiver([(response) => response.writeHead(429, headers()).end()])
  await engine([{ name: 'hook', kind: 'webhook', url: hook.url } as { readonly name: string }])
  depth('high', 1_000)
  await waitFor(() => hook.calls.length === 1)
  depth('high', 0)
  await waitFor(() => hook.calls.length === 3)

  const [busy, again] = hook.calls
  expect((again?.atMs ?? 0) - (busy?.atMs ?? 0)).toBeGreaterThan(2_900)
  expect(again?.headers['umbel-notification-id']).toBe(busy?.headers['umbel-notification-id'])
  expect(hook.calls.map(({ body }) => body.status)).toEqual(['firing', 'firing', 'resolved'])
})

it('is held up by no receiver that hangs: not another channel, and not for longer than ten seconds', async () => {
  const hook = await receiver()
  const [silentHttp, silentSmtp] = [await silentPort(), await silentPort()]
  const { view } = await engine([
    { name: 'silent', kind: 'webhook', url: `http://127.0.0.1:${silentHttp}/` } as { readonly name: string },
    mailTo(silentSmtp),
    { name: 'hook', kind: 'webhook', url: hook.url } as { readonly name: string },
  ])
  const startMs = performance.now()
  depth('high', 1_000)
  await waitFor(() => hook.calls.length === 1)
  expect(performance.now() - startMs).toBeLessThan(9_000)

  const waiting = () => view().active[0]?.notifications.filter(({ state }) => state === 'retrying') ?? []
  await waitFor(() => waiting().length === 2, { what: 'both attempts to be given up' })
  expect(
    waiting()
      .map(({ channel }) => channel)
      .sort(),
  ).toEqual(['mail', 'silent'])
})

it('ends within two seconds while receivers hang; what was under way is sent after the next start', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'umbel-delivery-'))
  opened.push({ stop: () => rm(dataDir, { recursive: true, force: true }) })
  const hook = await receiver([() => {}]) // takes the first call and says nothing
  const channels = [
    { name: 'hook', kind: 'webhook', url: hook.url } as { readonly name: string },
    mailTo(await silentPort()),
  ]
  const first = await engine(channels, dataDir)
  depth('high', 1_000)
  await waitFor(() => hook.calls.length === 1)
  const startMs = performance.now()

  await first.stop()

  expect(performance.now() - startMs).toBeLessThan(8_000)
  const { view } = await engine(channels, dataDir)
  await waitFor(() => hook.calls.length === 2)
  expect(hook.calls[1]?.headers['umbel-notification-id']).toBe(hook.calls[0]?.headers['umbel-notification-id'])
  await waitFor(() =>
    view().active[0]?.notifications.some(({ channel, state }) => channel === 'hook' && state === 'sent'),
  )
})

it('follows no receiver elsewhere', async () => {
  const elsewhere = await receiver()
  const hook = await receiver([(response) => response.writeHead(302, { location: elsewhere.url }).end()])
  const { edit } = await engine([{ name: 'hook', kind: 'webhook', url: hook.url } as { readonly name: string }])
  expect(await edit.testChannel('hook')).toMatchObject({ state: 'failed', error: expect.stringContaining('302') })
  expect(elsewhere.calls).toEqual([])
})
