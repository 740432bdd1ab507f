/** What Celery stores under `celery-task-meta-<id>` (wire.md E2), also compressed (E8). */
import { isProblem, messageOf } from '../errors.ts'
import type { Codecs } from './codecs.ts'
import { bad, type Decoded, good } from './decoded.ts'
import { formatExtendedJson } from './extended-json.ts'
import { MAX_MESSAGE_BYTES } from './message.ts'
import { PythonObject } from './python-object.ts'
import { isRecord } from './record.ts'
import { FAILURE, RETRY, REVOKED } from './states.ts'
import { formatStoredValue, readStoredValue, type StoredFormat, type StoredValue } from './stored-value.ts'

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
  | 'content-disallowed'
  | 'bad-compression'
  | 'too-large'

/**
 * Reads a stored or published meta, whatever serializer and compression wrote it. Never throws. Stamps and whatever
 * else is beside the known fields are kept.
 */
export function parseTaskMeta(
  raw: string | Uint8Array,
  codecs: Codecs,
  maxBytes: number = MAX_MESSAGE_BYTES,
  accept?: readonly string[],
): Decoded<TaskMeta, TaskMetaFault> {
  if (raw.length > maxBytes) return bad('too-large', `${raw.length} bytes; the limit is ${maxBytes}`)
  try {
    const stored = readStoredValue(raw, { codecs, maxBytes, ...(accept === undefined ? {} : { accept }) })
    const { value } = stored
    return isRecord(value)
      ? taskMetaOf(withExactArguments(value, stored))
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

/** The JSON text that Python writes for a meta. Throws `message/invalid`. */
export function formatTaskMeta(meta: TaskMeta): string {
  return formatExtendedJson(taskMetaFields(meta))
}

/** A meta in any `result_serializer` and `result_compression`: text for plain JSON, else bytes. Throws `message/invalid`. */
export function encodeTaskMeta(meta: TaskMeta, format: StoredFormat): string | Uint8Array {
  return formatStoredValue(taskMetaFields(meta), format)
}

/** Keys in Python's order, `task_id` last. */
export function taskMetaFields(meta: TaskMeta): Record<string, unknown> {
  const { task_id, status, result, traceback, children, date_done, group_id, parent_id, ...rest } = meta
  return {
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
}

/** Arguments are kept to be shown and sent again, never to be counted with: their floats stay floats. */
function withExactArguments(value: Record<string, unknown>, stored: StoredValue): Record<string, unknown> {
  if (value['args'] === undefined) return value
  const exact = stored.exact()
  return isRecord(exact) && exact !== value ? { ...value, args: exact['args'], kwargs: exact['kwargs'] } : value
}

/** The meta in a decoded object, where it came otherwise than as a stored text. Never throws. */
export function taskMetaOf(fields: Record<string, unknown>): Decoded<TaskMeta, TaskMetaFault> {
  const { task_id: id, status, traceback, children, date_done: done } = fields
  if (typeof status !== 'string' || status === '') return bad('no-status', 'the status is missing')
  if (typeof id !== 'string' || id === '') return bad('no-task-id', 'the task_id is missing')
  const { group_id, parent_id, ...others } = fields
  const { name, worker, retries, queue } = others
  return good({
    ...others,
    task_id: id,
    status,
    result: plainException(status, fields['result'] ?? null),
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

/** With `pickle` Python stores the exception itself; everywhere else what it is made from. */
function plainException(status: string, result: unknown): unknown {
  if (!(result instanceof PythonObject) || result.args === null) return result
  if (status !== FAILURE && status !== RETRY && status !== REVOKED) return result
  const [module, type, args] = result.args
  if (result.name === UNPICKLEABLE) return { exc_type: type, exc_message: args, exc_module: module }
  const dot = result.name.lastIndexOf('.')
  return { exc_type: result.name.slice(dot + 1), exc_message: result.args, exc_module: result.name.slice(0, dot) }
}

/** What Celery wraps an exception in that cannot be pickled. */
const UNPICKLEABLE = 'celery.utils.serialization.UnpickleableExceptionWrapper'

function faultOf(error: unknown): TaskMetaFault {
  if (isProblem(error, 'message/compression-unsupported')) return 'compression-unsupported'
  if (isProblem(error, 'message/content-disallowed')) return 'content-disallowed'
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
