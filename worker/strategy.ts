/** What a message is: a task to run, or something else and what to do with it. Pure (worker-beat.md 2.1). */
import type { Delivery } from '../lib/broker/broker.ts'
import type { RegisteredTask } from '../lib/client/task.ts'
import type { Codecs } from '../lib/protocol/codecs.ts'
import { parseIsoTime, parseIsoTimeUp } from '../lib/protocol/iso-time.ts'
import { readTaskMessage, type TaskMessage, type TaskMessageFault } from '../lib/protocol/task-message.ts'
import { nodeCodecs } from '../lib/runtime/codecs.ts'
import { createRequest, type Policy } from './request.ts'
import { NOTHING_PENDING, type TaskInHand } from './task-in-hand.ts'

export interface StrategyParts {
  readonly tasks: ReadonlyMap<string, RegisteredTask>
  readonly acceptContent: readonly string[]
  /** Those of the app: with signed messages, its own. */
  readonly codecs?: Codecs
  readonly policyOf: (task: RegisteredTask, message: TaskMessage) => Policy
}

export type Decision =
  | { readonly type: 'task'; readonly hand: TaskInHand }
  | { readonly type: 'not-registered'; readonly message: TaskMessage }
  /** `settle`: Celery rejects what is no task and acknowledges what cannot be decoded; either way it is gone. */
  | {
      readonly type: 'refused'
      readonly settle: 'ack' | 'reject'
      readonly level: 'warning' | 'error'
      readonly says: string
      readonly detail: string
    }

const UNDECODABLE: ReadonlySet<TaskMessageFault> = new Set([
  'undecodable',
  'bad-base64',
  'bad-charset',
  'compression-unsupported',
  'too-large',
  'untrusted',
])

export function decide(delivery: Delivery, parts: StrategyParts): Decision {
  const read = readTaskMessage(delivery.envelope, { codecs: parts.codecs ?? nodeCodecs, accept: parts.acceptContent })
  if (!read.ok) return refuse(read.why, read.detail)
  const message = read.value
  const task = parts.tasks.get(message.task)
  if (task === undefined) return { type: 'not-registered', message }
  const hand: TaskInHand = {
    delivery,
    message,
    task,
    etaMs: message.eta === null ? null : parseIsoTimeUp(message.eta),
    expiresMs: expiresMsOf(message),
    request: createRequest(message.id, parts.policyOf(task, message)),
    startedMs: null,
    startedMonotonicMs: 0,
    children: [],
    again: [],
    tail: NOTHING_PENDING,
  }
  return { type: 'task', hand }
}

function refuse(why: TaskMessageFault, detail: string): Decision {
  if (UNDECODABLE.has(why)) {
    return { type: 'refused', settle: 'ack', level: 'error', says: `Can't decode message body: ${detail}`, detail }
  }
  if (why === 'no-task' || why === 'no-id') {
    const says = `Received and deleted unknown message.  Wrong destination?!? (${detail})` // two spaces, as Celery has
    return { type: 'refused', settle: 'reject', level: 'warning', says, detail }
  }
  return { type: 'refused', settle: 'reject', level: 'error', says: `Received invalid task message: ${detail}`, detail }
}

function expiresMsOf({ expires }: TaskMessage): number | null {
  if (expires === null) return null
  return typeof expires === 'number' ? expires * 1000 : parseIsoTime(expires)
}
