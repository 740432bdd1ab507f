import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { openBroker } from '../broker/open-broker.ts'
import { type ControlMessage, createReplyEnvelope, PIDBOX_EXCHANGE, readControlMessage } from '../protocol/control.ts'
import { parseEnvelope } from '../protocol/message.ts'
import { createRuntime } from '../runtime/runtime.ts'
import { waitFor } from '../testing/wait-for.ts'
import { createCluster } from './cluster.ts'
import { createInspector } from './inspector.ts'
import { MONITOR_DEFAULTS } from './settings.ts'

/** An inspector, and the other end of its broker, where a test answers by hand. */
async function start() {
  const runtime = createRuntime()
  const broker = openBroker('memory://', { runtime })
  await broker.open()
  const cluster = createCluster(MONITOR_DEFAULTS)
  const settings = { ...MONITOR_DEFAULTS, enableEvents: false }
  const inspector = createInspector({ runtime, broker, cluster, settings })
  const asked: ControlMessage[] = []
  await broker.fanout.subscribe(PIDBOX_EXCHANGE, '', ({ raw }) => {
    const envelope = parseEnvelope(raw)
    const message = envelope.ok ? readControlMessage(envelope.value) : envelope
    if (message.ok) asked.push(message.value)
  })
  await inspector.start(new AbortController().signal)
  const answer = async (hostname: string, to: ControlMessage, reply: unknown) => {
    const routingKey = to.replyTo?.routing_key ?? ''
    const envelope = createReplyEnvelope({
      hostname,
      reply,
      ticket: to.ticket ?? '',
      clock: 1,
      routingKey,
      newId: randomUUID,
    })
    const [queue = ''] = await broker.bindings.queuesFor('reply.celery.pidbox', routingKey)
    await broker.publish(queue, envelope)
  }
  const stop = async () => {
    await inspector.stop()
    await broker.close()
  }
  return { inspector, asked, answer, stop }
}

it('keeps answers apart by their question, and a late one for the cache', async () => {
  const { inspector, asked, answer, stop } = await start()
  const pings = inspector.ask('ping', {}, { destination: ['w1'], timeoutMs: 10_000 })
  const stats = inspector.ask('stats', {}, { timeoutMs: 100 })
  const [ping, stat] = await waitFor(() => {
    const found = ['ping', 'stats'].map((method) => asked.find((each) => each.method === method))
    return found.every((each) => each !== undefined) ? found : null
  })
  if (ping === undefined || stat === undefined) throw new Error('both were waited for')
  expect(ping).toMatchObject({ destination: ['w1'], replyTo: { exchange: 'reply.celery.pidbox' } })

  expect(await stats).toEqual([])
  await answer('w1', stat, { pid: 7 })
  await answer('w1', { ...ping, ticket: 'of nobody' }, { ok: 'wrong' })
  await answer('w1', ping, { ok: 'pong' })
  expect(await pings).toEqual([{ worker: 'w1', reply: { ok: 'pong' } }])
  await waitFor(() => inspector.answers('w1').stats?.value)
  expect(inspector.answers('w1').stats?.value).toEqual({ pid: 7 })
  await stop()
})

it('takes no beat for a worker, no error for an answer, and bounds what it keeps', async () => {
  const { inspector, asked, answer, stop } = await start()
  const revoked = inspector.ask('revoked', {}, { timeoutMs: 300 })
  const question = await waitFor(() => asked.find((each) => each.method === 'revoked'))
  await answer('celerybeat@box', question, { ok: 'pong' })
  await answer(
    'w1',
    question,
    Array.from({ length: 50_000 }, (_, i) => `t${i}`),
  )
  await answer('w2', question, { error: 'KeyError()' })
  expect((await revoked).map((each) => each.worker).sort()).toEqual(['w1', 'w2'])
  expect(inspector.answers('w1').revoked?.value).toHaveLength(MONITOR_DEFAULTS.maxAnswerItems)
  expect(inspector.answers('w2')).toEqual({})
  expect([...inspector.known()]).toEqual(['w1'])
  await stop()
})
