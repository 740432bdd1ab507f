/** The values of a task with where they come from: whole from the result, else as far as the events had them. */
import type { ValueView } from '../../live/views.ts'
import { exactRepr } from '../../protocol/exact-repr.ts'
import { exceptionText } from '../../protocol/exception-info.ts'
import { parseArgs, parseKwargs, parsePythonLiteral } from '../../protocol/literal.ts'
import { isRecord } from '../../protocol/record.ts'
import type { TaskMeta } from '../../results/results.ts'
import type { TaskRecord } from '../records.ts'

/** Longer values are cut, and then are not whole. */
const MOST_CHARACTERS = 65_536
const UNKNOWN: ValueView = { text: null, source: null, whole: false }

export function argsOf(task: TaskRecord | null, meta: TaskMeta | null): ValueView {
  if (Array.isArray(meta?.args)) return stored(meta.args)
  return fromEvent(task?.args ?? null, (text) => parseArgs(text).ok)
}

export function kwargsOf(task: TaskRecord | null, meta: TaskMeta | null): ValueView {
  if (isRecord(meta?.kwargs)) return stored(meta.kwargs)
  return fromEvent(task?.kwargs ?? null, (text) => parseKwargs(text).ok)
}

/** Null text for a task that has not succeeded: what is stored then is its exception or its progress. */
export function resultOf(task: TaskRecord | null, meta: TaskMeta | null): ValueView {
  if (meta?.status === 'SUCCESS') return stored(meta.result)
  if (task?.state !== 'SUCCESS') return UNKNOWN
  return fromEvent(task.result, (text) => parsePythonLiteral(text, { dialect: 'saferepr' }).ok)
}

/** `ValueError('x', 42)`, as the event has it, else from the stored exception; null for what has succeeded. */
export function exceptionOf(task: TaskRecord | null, meta: TaskMeta | null): string | null {
  if (task?.state === 'SUCCESS' || meta?.status === 'SUCCESS') return null // of a try before the last one
  return task?.exception ?? exceptionText(meta?.result)
}

function stored(value: unknown): ValueView {
  const text = exactRepr(value, MOST_CHARACTERS)
  return { text, source: 'result', whole: text.length <= MOST_CHARACTERS }
}

/** The text of an event is whole when it reads as one Python literal: a cut one does not (wire.md B2). */
function fromEvent(text: string | null, isWhole: (text: string) => boolean): ValueView {
  return text === null ? UNKNOWN : { text, source: 'event', whole: isWhole(text) }
}
