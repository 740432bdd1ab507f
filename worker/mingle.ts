/**
 * Asks the other workers at the start, and after the broker was away, what was revoked and how late it is by their
 * logical clocks (wire.md G1). Celery waits a second for the answers before it takes anything; here only as long as
 * answers are still due from those who heard the question, and that briefly: what comes later is merged all the same.
 */
import { randomUUID } from 'node:crypto'
import type { Broker } from '../lib/broker/broker.ts'
import { createReplyBox } from '../lib/client/control/reply-box.ts'
import type { LamportClock } from '../lib/client/lamport-clock.ts'
import { messageOf } from '../lib/errors.ts'
import { type ControlContent, createControlEnvelope } from '../lib/protocol/control.ts'
import { isRecord } from '../lib/protocol/record.ts'
import type { Runtime } from '../lib/runtime/runtime.ts'
import { idsOfHello, type Revoked } from './revoked.ts'

export interface MingleParts {
  readonly broker: Broker
  readonly runtime: Runtime
  readonly clock: LamportClock
  readonly hostname: string
  /** `control_exchange` */
  readonly exchange: string
  readonly revoked: Revoked
  /** As tasks are written, at the time. */
  readonly content: () => ControlContent
}

export interface Mingle {
  /** Resolves when those who heard it have answered, or after 150 ms; answers are heard for a second. Never rejects. */
  sync(): Promise<void>
  close(): void
}

const LISTEN_MS = 1_000
const HOLD_UP_MS = 150

export function createMingle(parts: MingleParts): Mingle {
  const { broker, runtime, clock, hostname, exchange, revoked, content } = parts
  const { log } = runtime
  const ended = new AbortController()
  let running: Promise<void> | null = null
  let syncs = 0

  async function ask(answered: () => void): Promise<void> {
    const box = createReplyBox({ broker, runtime, exchange: `reply.${exchange}.pidbox`, codecs: content().codecs })
    const ticket = randomUUID()
    const nodes = new Set<string>()
    syncs++
    let due = Number.POSITIVE_INFINITY
    const heard = new AbortController()
    const note = () => {
      if (nodes.size < due) return
      answered()
      heard.abort()
    }
    const expected = box.expect(ticket, 'hello', ({ worker, reply }) => {
      if (worker === hostname) {
        // Ourselves; at the first time, when we do not hear ourselves yet, another worker that has our name.
        due--
        if (syncs === 1)
          log.warning(`another worker is named ${hostname} as well: replies and events of the two mix up`)
      } else {
        nodes.add(worker)
        merge(worker, reply)
      }
      note()
    })
    try {
      log.info('mingle: searching for neighbors')
      await box.renew()
      const listeners = await broker.fanout.publish(`${exchange}.pidbox`, '', question(box.oid, box.exchange, ticket))
      due = listeners ?? Number.POSITIVE_INFINITY
      if (listeners === null) answered() // this broker cannot tell whether anybody will answer
      note()
      if (due > nodes.size) {
        box.start()
        await runtime.clock.sleep(LISTEN_MS, AbortSignal.any([heard.signal, ended.signal]))
      }
      if (nodes.size === 0) log.info('mingle: all alone')
      else log.info(`mingle: sync with ${nodes.size} nodes`)
      if (nodes.size > 0) log.info('mingle: sync complete')
    } catch (error) {
      log.warning('mingle: the other workers could not be asked', { reason: messageOf(error) })
    } finally {
      answered()
      expected.end()
      await box.stop()
    }
  }

  function question(oid: string, replyExchange: string, ticket: string) {
    return createControlEnvelope({
      method: 'hello',
      arguments: { from_node: hostname, revoked: revoked.ids() },
      exchange: `${exchange}.pidbox`,
      ticket,
      replyTo: { exchange: replyExchange, routing_key: oid },
      clock: clock.forward(),
      expires: (runtime.clock.nowMs() + LISTEN_MS) / 1000,
      content: content(),
      newId: randomUUID,
    })
  }

  function merge(worker: string, reply: unknown): void {
    if (!isRecord(reply)) return
    log.debug(`mingle: processing reply from ${worker}`)
    clock.adjust(reply['clock'])
    revoked.merge(idsOfHello(reply['revoked']).map((id) => ({ id, ageMs: 0 })))
  }

  return {
    async sync() {
      if (ended.signal.aborted) return
      const answered = Promise.withResolvers<void>()
      running ??= ask(answered.resolve).finally(() => {
        running = null
      })
      const quick = new AbortController()
      await Promise.race([answered.promise, running, runtime.clock.sleep(HOLD_UP_MS, quick.signal)])
      quick.abort()
    },
    close: () => ended.abort(),
  }
}
