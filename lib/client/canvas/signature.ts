/** Signatures from messages: read with tolerance, and turned into calls (wire.md F1). */
import { isRecord } from '../../protocol/record.ts'
import { type Signature, SUBTASK_TYPES } from '../../protocol/signature.ts'
import type { CallOptions } from '../call-options.ts'

/** A signature from a message; null when it is none. Old Celery and other clients leave out what is empty. */
export function readSignature(value: unknown): Signature | null {
  if (!isRecord(value) || typeof value['task'] !== 'string') return null
  const { task, args, kwargs, options, subtask_type: kind, immutable } = value
  return {
    task,
    args: Array.isArray(args) ? args : [],
    kwargs: isRecord(kwargs) ? kwargs : {},
    options: isRecord(options) ? options : {},
    subtask_type: SUBTASK_TYPES.find((type) => type === kind) ?? null,
    immutable: immutable === true,
  }
}

/** The arguments with which a signature is called on a result: it comes first, unless the signature is immutable. */
export function argumentsOn(sig: Signature, leading: readonly unknown[]): readonly unknown[] {
  return sig.immutable ? sig.args : [...leading, ...sig.args]
}

const NAMES: Readonly<Record<string, keyof CallOptions>> = {
  countdown: 'countdown',
  queue: 'queue',
  exchange: 'exchange',
  routing_key: 'routingKey',
  priority: 'priority',
  task_id: 'taskId',
  serializer: 'serializer',
  compression: 'compression',
  time_limit: 'timeLimit',
  soft_time_limit: 'softTimeLimit',
  ignore_result: 'ignoreResult',
  chain: 'chain',
  chord: 'chord',
  headers: 'headers',
  shadow: 'shadow',
  reply_to: 'replyTo',
  root_id: 'rootId',
  parent_id: 'parentId',
  group_id: 'groupId',
  group_index: 'groupIndex',
  retries: 'retries',
}

/** The options of a signature as the options of a call. Nulls are "not given". */
export function callOptionsOf(sig: Signature): CallOptions {
  const found: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(sig.options)) {
    const ours = NAMES[name]
    if (ours !== undefined && value !== null) found[ours] = value
  }
  const { link, link_error: linkError, eta, expires } = sig.options
  return {
    ...found,
    ...(link == null ? {} : { link: signaturesOf(link) }),
    ...(linkError == null ? {} : { linkError: signaturesOf(linkError) }),
    ...(typeof eta === 'string' ? { eta: new Date(eta) } : {}),
    ...(typeof expires === 'number' ? { expires } : {}),
    ...(typeof expires === 'string' ? { expires: new Date(expires) } : {}),
  }
}

/** One signature or a list of them, as `link` and `chain` hold; what is none is left out. */
export function signaturesOf(value: unknown): readonly Signature[] {
  const values = Array.isArray(value) ? value : [value]
  return values.map(readSignature).filter((sig) => sig !== null)
}
