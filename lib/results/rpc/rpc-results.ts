/**
 * Results as messages to whoever sent the task (wire.md E5): nothing is stored, a second reader sees nothing, and a
 * program that is gone has lost what came for it.
 */
import { randomUUID } from 'node:crypto'
import { messageOf, UmbelError } from '../../errors.ts'
import { decodeBody } from '../../protocol/body.ts'
import type { Codecs } from '../../protocol/codecs.ts'
import { createEnvelope } from '../../protocol/create-envelope.ts'
import type { Envelope } from '../../protocol/envelope.ts'
import { isRecord } from '../../protocol/record.ts'
import { isReady } from '../../protocol/states.ts'
import { type TaskMeta, taskMetaOf } from '../../protocol/task-meta.ts'
import { nodeCodecs } from '../../runtime/codecs.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { ResultStore, ResultSubscription } from '../results.ts'

/** What of a broker is needed; lib/broker has it whole. */
export interface ReplyTransport {
  publish(queue: string, envelope: Envelope): Promise<void>
  consume(options: {
    readonly queues: readonly string[]
    readonly prefetch: number
    readonly onDelivery: (delivery: ReplyDelivery) => void
  }): { close(): Promise<void> }
}

export interface ReplyDelivery {
  readonly envelope: Envelope
  ack(): Promise<void>
}

export interface RpcResultsOptions {
  readonly runtime: Runtime
  readonly broker: ReplyTransport
  /** `result_serializer`; `json` when left out. Messages are not compressed, as in Celery. */
  readonly serializer?: string
  /** Those of an app whose results are signed. */
  readonly codecs?: Codecs
  /** Content types that are read (`result_accept_content`); `json` when left out. */
  readonly accept?: readonly string[]
  /** The queue in which results come back; a new one when left out. */
  readonly replyTo?: string
  /** `result_persistent`: messages outlive the broker. */
  readonly persistent?: boolean
  /** Metas that nobody has read are dropped above this, the oldest first. */
  readonly maxResults?: number
}

export const RPC_URL = 'rpc://'
const MAX_RESULTS = 50_000
/** Taken at once from the reply queue; each is settled as it comes. */
const PREFETCH = 1_000

export function createRpcResults(options: RpcResultsOptions): ResultStore {
  const { broker, runtime, persistent = false, maxResults = MAX_RESULTS, replyTo = randomUUID() } = options
  const { codecs = nodeCodecs } = options
  const metas = new Map<string, TaskMeta>()
  const listeners = new Map<string, Set<(meta: TaskMeta) => void>>()
  let consumer: { close(): Promise<void> } | null = null
  let closed = false

  /** A worker that only sends results has no queue to listen to. */
  function listen(): void {
    if (closed) throw new UmbelError('broker/closed', { url: RPC_URL })
    consumer ??= broker.consume({ queues: [replyTo], prefetch: PREFETCH, onDelivery: take })
  }

  function take(delivery: ReplyDelivery): void {
    delivery.ack().catch(() => {}) // the broker reconnects by itself, and a result twice is the same result
    const meta = readReply(delivery.envelope)
    if (meta === null || isReady(metas.get(meta.task_id)?.status ?? '')) return
    metas.delete(meta.task_id) // so that the Map's order stays the order of coming
    metas.set(meta.task_id, meta)
    for (const oldest of metas.keys()) {
      if (metas.size <= maxResults) break
      metas.delete(oldest)
    }
    for (const listener of [...(listeners.get(meta.task_id) ?? [])]) listener(meta)
  }

  function readReply(envelope: Envelope): TaskMeta | null {
    try {
      const value = decodeBody(envelope, {
        codecs,
        ...(options.accept === undefined ? {} : { accept: options.accept }),
      })
      const meta = isRecord(value) ? taskMetaOf(value) : null
      return meta?.ok ? meta.value : null
    } catch (error) {
      runtime.log.warning('A result that came as a message cannot be read', { reason: messageOf(error) })
      return null
    }
  }

  const unsupported = (what: string) => new UmbelError('result/unsupported', { url: RPC_URL, what })

  return {
    url: RPC_URL,
    replyTo,
    supports: { scan: false, subscribe: true, chords: false },
    async open() {},
    async close() {
      closed = true
      await consumer?.close()
    },
    async get(id) {
      listen()
      return metas.get(id) ?? null
    },
    async getMany(ids) {
      listen()
      return ids.map((id) => metas.get(id) ?? null)
    },
    async set(meta, _expiresMs, reply) {
      if (reply === undefined || reply.replyTo === '') return // nobody asked
      const envelope = createEnvelope({
        body: meta,
        headers: {},
        exchange: '',
        routingKey: reply.replyTo,
        deliveryMode: persistent ? 2 : 1,
        newId: randomUUID,
        codecs,
        serializer: options.serializer ?? 'json',
      })
      const properties = { correlation_id: reply.correlationId, ...envelope.properties }
      await broker.publish(reply.replyTo, { ...envelope, properties })
    },
    async delete(id) {
      metas.delete(id)
    },
    async subscribe(ids, onMeta): Promise<ResultSubscription> {
      const own = new Set<string>()
      const listener = (meta: TaskMeta) => onMeta(meta) // one of its own, also when two share a function
      const add = async (more: readonly string[]) => {
        for (const id of more) {
          if (own.has(id)) continue
          own.add(id)
          listeners.set(id, (listeners.get(id) ?? new Set()).add(listener))
          const meta = metas.get(id)
          if (meta !== undefined) onMeta(meta)
        }
      }
      listen()
      await add(ids)
      return {
        add,
        async close() {
          for (const id of own) {
            listeners.get(id)?.delete(listener)
            if (listeners.get(id)?.size === 0) listeners.delete(id)
          }
          own.clear()
        },
      }
    },
    async saveGroup() {
      throw unsupported('saving a group')
    },
    async getGroup() {
      throw unsupported('restoring a group')
    },
    async deleteGroup() {
      throw unsupported('deleting a group')
    },
    chords: null,
    async *scan() {},
  }
}
