/**
 * What a repeated task would be sent with, and how sure that is. In this order: the stored result (`result_extended`),
 * the message itself while it still waits or as it was seen waiting, the text of the events when it is a complete Python literal. What is cut or
 * not a literal is never guessed: it is handed to the person who asked.
 */
import type { RetryArguments } from '../../live/http.ts'
import { exactRepr } from '../../protocol/exact-repr.ts'
import { parseArgs, parseKwargs } from '../../protocol/literal.ts'
import { parseEnvelope } from '../../protocol/message.ts'
import { isRecord } from '../../protocol/record.ts'
import { ACCEPT_ALL } from '../../protocol/serialization/serializers.ts'
import { readTaskMessage } from '../../protocol/task-message.ts'
import type { TaskMeta } from '../../protocol/task-meta.ts'
import { nodeCodecs } from '../../runtime/codecs.ts'
import type { TaskRecord } from '../records.ts'
import type { ActionDeps } from './action.ts'
import { type WrittenAs, writtenAs } from './written-as.ts'

export interface KnownArguments {
  readonly task: string | null
  readonly args: readonly unknown[]
  readonly kwargs: Readonly<Record<string, unknown>>
  /** Only where the message itself was found. */
  readonly written?: WrittenAs
}

export interface FoundArguments {
  /** Set when they are whole. */
  readonly known: KnownArguments | null
  /** For the dialog: texts, source, and why they are not whole. */
  readonly shown: RetryArguments
}

type Sources = Pick<ActionDeps, 'broker' | 'results' | 'cluster' | 'captured'>
/** Where a task and its message are looked for. */
export type MessageSources = Sources

/** How far into a queue the message of a waiting task is looked for. */
const LOOK_AT = 500

export async function findArguments(id: string, sources: Sources): Promise<FoundArguments> {
  const record = sources.cluster.task(id)
  const meta = (await sources.results?.get(id).catch(() => null)) ?? null
  const queue = meta?.queue ?? record?.queue ?? record?.routingKey ?? null
  return fromResult(record, meta, queue) ?? (await fromMessage(id, queue, sources)) ?? fromEvents(record, queue)
}

function fromResult(
  record: TaskRecord | undefined,
  meta: TaskMeta | null,
  queue: string | null,
): FoundArguments | null {
  const args = storedArgs(meta?.args)
  const kwargs = storedKwargs(meta?.kwargs)
  if (args === null || kwargs === null) return null
  const known = { task: meta?.name ?? record?.name ?? null, args, kwargs }
  return { known, shown: shownAs(known, 'result', queue) }
}

/** Some applications store the text of the events in place of the values. */
function storedArgs(stored: unknown): readonly unknown[] | null {
  if (Array.isArray(stored)) return stored
  const parsed = typeof stored === 'string' ? parseArgs(stored) : null
  return parsed?.ok && !endsInDots(parsed.value) ? parsed.value : null
}

function storedKwargs(stored: unknown): Readonly<Record<string, unknown>> | null {
  if (isRecord(stored)) return stored
  const parsed = typeof stored === 'string' ? parseKwargs(stored) : null
  return parsed?.ok && !endsInDots(parsed.value) ? parsed.value : null
}

async function fromMessage(id: string, queue: string | null, sources: Sources): Promise<FoundArguments | null> {
  const raw = await findMessage(id, queue, sources)
  return raw === null ? null : readMessage(id, raw, queue)
}

/** The message of a task as it was seen waiting, or as it waits among the first of its queue; null where there is none. */
export async function findMessage(id: string, queue: string | null, sources: MessageSources): Promise<string | null> {
  const { broker, captured } = sources
  const seen = captured.get(id)
  if (seen !== null) return seen
  if (queue === null || !broker.supports.peek) return null
  const waiting = await broker.queues.peek(queue, 0, LOOK_AT).catch(() => [])
  return waiting.find(({ raw }) => readMessage(id, raw, queue) !== null)?.raw ?? null
}

/** Null when the message is about another task: its children name it too, or a task that was given its id. */
function readMessage(id: string, raw: string, queue: string | null): FoundArguments | null {
  const envelope = raw.includes(id) ? parseEnvelope(raw) : null
  const message = envelope?.ok
    ? readTaskMessage(envelope.value, { codecs: nodeCodecs, accept: ACCEPT_ALL, exactFloats: true })
    : null
  if (!message?.ok || message.value.id !== id) return null
  const { task, args, kwargs } = message.value
  const known = { task, args, kwargs, ...(envelope?.ok && { written: writtenAs(envelope.value) }) }
  return { known, shown: shownAs(known, 'message', queue) }
}

function fromEvents(record: TaskRecord | undefined, queue: string | null): FoundArguments {
  const args = record?.args || null
  const kwargs = record?.kwargs || null
  const nothing = { known: null, shown: { args, kwargs, source: null, whole: false, queue } } as const
  if (args === null || kwargs === null) {
    return {
      ...nothing,
      shown: { ...nothing.shown, why: 'No event told its arguments. Enter them, or switch on result_extended.' },
    }
  }
  const [parsedArgs, parsedKwargs] = [parseArgs(args), parseKwargs(kwargs)]
  const cut = !parsedArgs.ok || !parsedKwargs.ok || endsInDots(parsedArgs.value) || endsInDots(parsedKwargs.value)
  if (cut) {
    const why =
      'Celery reported only part of the arguments, or values that cannot be read back. Enter them, or switch on result_extended.'
    return { ...nothing, shown: { ...nothing.shown, source: 'event', why } }
  }
  const known = { task: record?.name ?? null, args: parsedArgs.value, kwargs: parsedKwargs.value }
  return { known, shown: { args, kwargs, source: 'event', whole: true, why: null, queue } }
}

/** Celery cuts a long text inside its quotes, `'aaaa...'`: a text that ends so may have been longer. */
function endsInDots(value: unknown): boolean {
  if (typeof value === 'string') return value.endsWith('...')
  if (Array.isArray(value)) return value.some(endsInDots)
  if (!isRecord(value)) return false
  return Object.entries(value).some(([key, each]) => key.endsWith('...') || endsInDots(each))
}

function shownAs(known: KnownArguments, source: 'result' | 'message', queue: string | null): RetryArguments {
  return { args: exactRepr(known.args), kwargs: exactRepr(known.kwargs), source, whole: true, why: null, queue }
}
