/** What Celery stores under `celery-task-meta-<id>` (wire.md E2), also compressed (E8). */
import { isProblem, messageOf } from '../errors.ts'
import type { Codecs } from './codecs.ts'
import { codecFor, compressionMime } from './compression/compression.ts'
import { bad, type Decoded, good } from './decoded.ts'
import { encodeExtended } from './extended-json.ts'
import { formatJson } from './json.ts'
import { MAX_MESSAGE_BYTES } from './message.ts'
import { isRecord } from './record.ts'
import { decodeJsonText } from './serialization/json.ts'
import { decodeText } from './serialization/text.ts'

export interface TaskMeta {
  readonly task_id: string
  readonly status: string
  readonly result: unknown
  readonly traceback: string | null
  readonly children: readonly unknown[] | null
  readonly date_done: string | null
  readonly group_id?: string
  readonly parent_id?: string
  /** The next six only with `result_extended`. */
  readonly name?: string | null
  readonly args?: unknown
  readonly kwargs?: unknown
  readonly worker?: string | null
  readonly retries?: number | null
  readonly queue?: string | null
}

/** The status of what is stored but is no task meta; `result` is then the head of it. No Celery state is lower case. */
export const UNREADABLE = 'unreadable'
const MAX_UNREADABLE_TEXT = 1000

export type TaskMetaFault =
  | 'not-json'
  | 'not-an-object'
  | 'no-status'
  | 'no-task-id'
  | 'bad-charset'
  | 'compression-unsupported'
  | 'bad-compression'
  | 'too-large'

/** Reads a stored or published meta. Never throws. Stamps and whatever else is beside the known fields are kept. */
export function parseTaskMeta(
  raw: string | Uint8Array,
  codecs: Codecs,
  maxBytes: number = MAX_MESSAGE_BYTES,
): Decoded<TaskMeta, TaskMetaFault> {
  if (raw.length > maxBytes) return bad('too-large', `${raw.length} bytes; the limit is ${maxBytes}`)
  try {
    const text = typeof raw === 'string' ? raw : storedText(raw, codecs, maxBytes)
    const value = decodeJsonText(text)
    return isRecord(value)
      ? readFields(withExactArguments(value, text))
      : bad('not-an-object', 'a task meta is a JSON object')
  } catch (error) {
    return bad(faultOf(error), messageOf(error))
  }
}

/** A stand-in for a meta that cannot be read, so that it can be shown as what it is. */
export function unreadableMeta(id: string, raw: string | Uint8Array): TaskMeta {
  const head =
    typeof raw === 'string' ? raw.slice(0, MAX_UNREADABLE_TEXT) : asciiOf(raw.subarray(0, MAX_UNREADABLE_TEXT))
  return { task_id: id, status: UNREADABLE, result: head, traceback: null, children: null, date_done: null }
}

/** The JSON text that Python writes for a meta, keys in its order, `task_id` last. Throws `message/invalid`. */
export function formatTaskMeta(meta: TaskMeta): string {
  const { task_id, status, result, traceback, children, date_done, group_id, parent_id, ...rest } = meta
  const fields = {
    status,
    result,
    traceback,
    children,
    date_done,
    ...(group_id === undefined ? {} : { group_id }),
    ...(parent_id === undefined ? {} : { parent_id }),
    ...rest,
    task_id,
  }
  return formatJson(encodeExtended(fields))
}

/** The frame of a compressed meta (wire.md E8). Throws `message/compression-unsupported`. */
export function compressedTaskMeta(text: string, compression: string, codecs: Codecs): Uint8Array {
  const head = new TextEncoder().encode(`${FRAME_HEAD}${compressionMime(compression)}\u0000`)
  const stream = codecFor(codecs, compression).compress(new TextEncoder().encode(text))
  const frame = new Uint8Array(head.length + stream.length)
  frame.set(head)
  frame.set(stream, head.length)
  return frame
}

/** Arguments are kept to be shown and sent again, never to be counted with: their floats stay floats. */
function withExactArguments(value: Record<string, unknown>, text: string): Record<string, unknown> {
  if (value['args'] === undefined || !FLOAT_LIKE_INTEGER.test(text)) return value
  const exact = decodeJsonText(text, { exactFloats: true })
  return isRecord(exact) ? { ...value, args: exact['args'], kwargs: exact['kwargs'] } : value
}

/** `1.0`, `1e22`: floats that JSON.parse makes look like integers. */
const FLOAT_LIKE_INTEGER = /\d\.0+(?!\d)|\d[eE]/

function readFields(fields: Record<string, unknown>): Decoded<TaskMeta, TaskMetaFault> {
  const { task_id: id, status, traceback, children, date_done: done } = fields
  if (typeof status !== 'string' || status === '') return bad('no-status', 'the status is missing')
  if (typeof id !== 'string' || id === '') return bad('no-task-id', 'the task_id is missing')
  const { group_id, parent_id, ...others } = fields
  const { name, worker, retries, queue } = others
  return good({
    ...others,
    task_id: id,
    status,
    result: fields['result'] ?? null,
    traceback: textOrNull(traceback),
    children: Array.isArray(children) ? children : null,
    date_done: done instanceof Date ? done.toISOString() : textOrNull(done),
    ...(typeof group_id === 'string' ? { group_id } : {}),
    ...(typeof parent_id === 'string' ? { parent_id } : {}),
    ...(name === undefined ? {} : { name: textOrNull(name) }),
    ...(worker === undefined ? {} : { worker: textOrNull(worker) }),
    ...(retries === undefined ? {} : { retries: typeof retries === 'number' ? retries : null }),
    ...(queue === undefined ? {} : { queue: textOrNull(queue) }),
  })
}

/** `00 "celery-compressed" 00 <mime> 00 <stream>` (wire.md E8). Told by its head: settings of readers do not matter. */
const FRAME_HEAD = '\u0000celery-compressed\u0000'
const MAX_MIME_LENGTH = 100

/** The text of a stored value, out of its frame where there is one. Throws as `codecFor` and the codecs do. */
export function storedText(bytes: Uint8Array, codecs: Codecs, maxBytes: number): string {
  if (bytes[0] !== 0 || asciiOf(bytes.subarray(0, FRAME_HEAD.length)) !== FRAME_HEAD) return decodeText(bytes, 'utf-8')
  const end = bytes.indexOf(0, FRAME_HEAD.length)
  const mime =
    end === -1 ? '' : asciiOf(bytes.subarray(FRAME_HEAD.length, Math.min(end, FRAME_HEAD.length + MAX_MIME_LENGTH)))
  return decodeText(codecFor(codecs, mime).decompress(bytes.subarray(end + 1), maxBytes), 'utf-8')
}

function faultOf(error: unknown): TaskMetaFault {
  if (isProblem(error, 'message/compression-unsupported')) return 'compression-unsupported'
  if (isProblem(error, 'message/too-large')) return 'too-large'
  const reason = isProblem(error, 'message/invalid') ? error.facts.reason : ''
  if (reason.startsWith('bad charset')) return 'bad-charset'
  return reason.startsWith('broken compressed') ? 'bad-compression' : 'not-json'
}

function asciiOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

export { type EncodedException, encodeException, exceptionText } from './exception-info.ts'
