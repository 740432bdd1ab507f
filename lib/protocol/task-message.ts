/** A task message, protocol 2 and 1 (wire.md B2 to B4), read from an envelope. Writing one is `create-task.ts`. */
import { isProblem, messageOf } from '../errors.ts'
import { type DecodeBodyOptions, decodeBody } from './body.ts'
import { bad, type Decoded, good } from './decoded.ts'
import type { Envelope } from './envelope.ts'
import { parseIsoTime } from './iso-time.ts'
import { isRecord } from './record.ts'
import { argsRepr, kwargsRepr } from './repr.ts'

export { createTaskEnvelope, type NewTask } from './create-task.ts'

export interface TaskEmbed {
  readonly callbacks: readonly unknown[] | null
  readonly errbacks: readonly unknown[] | null
  /** Reversed: the last element is the next step. */
  readonly chain: readonly unknown[] | null
  readonly chord: unknown | null
}

export interface TaskMessage {
  readonly protocol: 1 | 2
  readonly task: string
  readonly id: string
  readonly args: readonly unknown[]
  readonly kwargs: Readonly<Record<string, unknown>>
  readonly embed: TaskEmbed
  /** ISO text, checked to be a time. */
  readonly eta: string | null
  /** ISO text, checked to be a time; or epoch seconds. */
  readonly expires: string | number | null
  /** False only in protocol 1: `eta` is in the time zone of the application when it names no offset. */
  readonly utc: boolean
  readonly retries: number
  /** Seconds: hard, soft. */
  readonly timelimit: readonly [number | null, number | null]
  readonly group: string | null
  readonly groupIndex: number | null
  readonly rootId: string | null
  readonly parentId: string | null
  readonly shadow: string | null
  readonly origin: string | null
  readonly argsrepr: string | null
  readonly kwargsrepr: string | null
  /** Null = as the task's own setting says. */
  readonly ignoreResult: boolean | null
  readonly replacedTaskNesting: number
  readonly stampedHeaders: readonly string[] | null
  readonly stamps: Readonly<Record<string, unknown>>
  readonly correlationId: string | null
  readonly replyTo: string | null
  /** 0..9 */
  readonly priority: number
  /** All headers, the custom ones too. */
  readonly headers: Readonly<Record<string, unknown>>
}

export const TASK_MESSAGE_FAULTS = [
  'no-task',
  'no-id',
  'bad-body',
  'bad-args',
  'bad-eta',
  'bad-expires',
  'bad-retries',
  'bad-base64',
  'bad-charset',
  'undecodable',
  'content-disallowed',
  'compression-unsupported',
  'untrusted',
  'too-large',
] as const
export type TaskMessageFault = (typeof TASK_MESSAGE_FAULTS)[number]

/**
 * Reads a task message. Never throws: every message that kills a Python worker (wire.md B3) is a fault here. Time
 * limits that are no numbers count as not given; everything else of the wrong type is a fault or null.
 */
export function readTaskMessage(
  envelope: Envelope,
  options: DecodeBodyOptions,
): Decoded<TaskMessage, TaskMessageFault> {
  const body = readBody(envelope, options)
  if (!body.ok) return body
  return 'task' in envelope.headers ? readVersion2(envelope, body.value) : readVersion1(envelope, body.value)
}

function readBody(envelope: Envelope, options: DecodeBodyOptions): Decoded<unknown, TaskMessageFault> {
  try {
    return good(decodeBody(envelope, options))
  } catch (error) {
    return bad(faultOf(error), messageOf(error))
  }
}

function faultOf(error: unknown): TaskMessageFault {
  if (isProblem(error, 'message/content-disallowed')) return 'content-disallowed'
  if (isProblem(error, 'message/compression-unsupported')) return 'compression-unsupported'
  if (isProblem(error, 'message/too-large')) return 'too-large'
  if (isProblem(error, 'message/untrusted')) return 'untrusted'
  const reason = isProblem(error, 'message/invalid') ? error.facts.reason : ''
  if (reason.startsWith('bad base64')) return 'bad-base64'
  return reason.startsWith('bad charset') ? 'bad-charset' : 'undecodable'
}

function readVersion2(envelope: Envelope, body: unknown): Decoded<TaskMessage, TaskMessageFault> {
  if (!Array.isArray(body) || body.length !== 3) return bad('bad-body', 'the body is no array [args, kwargs, embed]')
  const [args, kwargs, embed]: unknown[] = body
  if (embed !== null && !isRecord(embed)) return bad('bad-body', 'the third element of the body is no object')
  return readFields(envelope, { protocol: 2, fields: envelope.headers, args, kwargs, embed: embed ?? {}, utc: true })
}

/** Protocol 1 has everything in the body, and `taskset` for `group`; headers, where present, win (wire.md B4). */
function readVersion1(envelope: Envelope, body: unknown): Decoded<TaskMessage, TaskMessageFault> {
  if (!isRecord(body)) return bad('no-task', 'no header "task", and the body is no protocol 1 object')
  const fields = { ...body, ...envelope.headers }
  if (typeof body['taskset'] === 'string') fields['group'] = body['taskset']
  const { args = [], kwargs = {} } = body
  const embed = { callbacks: body['callbacks'], errbacks: body['errbacks'], chord: body['chord'] }
  const texts = Array.isArray(args) && isRecord(kwargs) ? reprsOf(args, kwargs) : {}
  const utc = body['utc'] !== false
  return readFields(envelope, { protocol: 1, fields: { ...texts, ...fields }, args, kwargs, embed, utc })
}

function reprsOf(args: readonly unknown[], kwargs: Record<string, unknown>): Record<string, unknown> {
  return { argsrepr: argsRepr(args), kwargsrepr: kwargsRepr(kwargs) }
}

const NO_LIMITS = [null, null] as const

interface Parts {
  readonly protocol: 1 | 2
  readonly fields: Readonly<Record<string, unknown>>
  readonly args: unknown
  readonly kwargs: unknown
  readonly embed: Readonly<Record<string, unknown>>
  readonly utc: boolean
}

function readFields(envelope: Envelope, parts: Parts): Decoded<TaskMessage, TaskMessageFault> {
  const { fields, args, embed } = parts
  const kwargs = parts.kwargs ?? {}
  const { task, id, retries = 0 } = fields
  if (typeof task !== 'string' || task === '') return bad('no-task', 'the name of the task is missing')
  if (typeof id !== 'string' || id === '') return bad('no-id', 'the id of the task is missing')
  if (!Array.isArray(args)) return bad('bad-args', 'args is no array')
  if (!isRecord(kwargs)) return bad('bad-args', 'kwargs is no object')
  if (retries !== null && !isCount(retries)) return bad('bad-retries', 'retries is no whole number')
  const eta = timeOf(fields['eta'])
  if (eta === undefined || typeof eta === 'number') return bad('bad-eta', 'eta is no time')
  const expires = timeOf(fields['expires'])
  if (expires === undefined) return bad('bad-expires', 'expires is no time')
  const { timelimit, stamped_headers: stamped } = fields
  const limits = Array.isArray(timelimit) ? timelimit : null
  const { properties } = envelope
  return good({
    protocol: parts.protocol,
    task,
    id,
    args,
    kwargs,
    embed: {
      callbacks: listOrNull(embed['callbacks']),
      errbacks: listOrNull(embed['errbacks']),
      chain: listOrNull(embed['chain']),
      chord: embed['chord'] ?? null,
    },
    eta,
    expires,
    utc: parts.utc,
    retries: retries ?? 0,
    timelimit: limits === null ? NO_LIMITS : [secondsOrNull(limits[0]), secondsOrNull(limits[1])],
    group: textOrNull(fields['group']),
    groupIndex: isCount(fields['group_index']) ? fields['group_index'] : null,
    rootId: textOrNull(fields['root_id']),
    parentId: textOrNull(fields['parent_id']),
    ignoreResult: typeof fields['ignore_result'] === 'boolean' ? fields['ignore_result'] : null,
    replacedTaskNesting: isCount(fields['replaced_task_nesting']) ? fields['replaced_task_nesting'] : 0,
    shadow: textOrNull(fields['shadow']),
    origin: textOrNull(fields['origin']),
    argsrepr: textOrNull(fields['argsrepr']),
    kwargsrepr: textOrNull(fields['kwargsrepr']),
    stampedHeaders: Array.isArray(stamped) ? stamped.filter((name) => typeof name === 'string') : null,
    stamps: isRecord(fields['stamps']) ? fields['stamps'] : {},
    correlationId: textOrNull(properties.correlation_id),
    replyTo: textOrNull(properties.reply_to),
    priority: isCount(properties.priority) ? Math.min(properties.priority, 9) : 0,
    headers: envelope.headers,
  })
}

/** Undefined = something that is no time. A Date comes from protocol 1 bodies in extended JSON. */
function timeOf(value: unknown): string | number | null | undefined {
  if (value === null || value === undefined || value === '') return null
  if (typeof value === 'string') return parseIsoTime(value) === null ? undefined : value
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function secondsOrNull(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : null
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function listOrNull(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value
  return isRecord(value) ? [value] : null
}
