/**
 * A task of a chord's header has ended: its part is counted, and whoever brings the last one sends the body, or fails
 * it (wire.md E4, worker-beat.md 2.6).
 */
import { asNode, type SignatureNode } from '../lib/client/canvas/node.ts'
import { callOptionsOf } from '../lib/client/canvas/option-names.ts'
import type { Compiled } from '../lib/client/settings/compile.ts'
import { messageOf } from '../lib/errors.ts'
import { exactRepr } from '../lib/protocol/exact-repr.ts'
import { exceptionText } from '../lib/protocol/exception-info.ts'
import { isRecord } from '../lib/protocol/record.ts'
import { PROPAGATE_STATES } from '../lib/protocol/states.ts'
import type { ChordClaim, ChordPart } from '../lib/results/results.ts'
import { celeryError } from './celery-error.ts'
import { type ChordFault, type FailParts, failChord, type HeaderTask } from './chord-failure.ts'
import { sendFrom } from './continuation.ts'
import { failureOf } from './failure.ts'
import type { Failure } from './request.ts'

/** After the meta of the task is stored. Throws the errors of the backend; the broker's fail the body. */
export async function addChordPart(parts: FailParts, task: HeaderTask, state: string, result: unknown): Promise<void> {
  const { results } = parts
  if (task.groupId === null || results === null || results.chords === null) return
  const { id: taskId, groupIndex } = task
  const claim = await results.chords.addPart(task.groupId, { taskId, groupIndex, state, result })
  if (claim === null) return parts.watchChord?.note(task)
  parts.watchChord?.forget(task.groupId)
  await sendBody(parts, task, asNode(task.chord), claim)
}

export async function sendBody(
  parts: FailParts,
  task: HeaderTask,
  body: SignatureNode,
  claim: ChordClaim,
): Promise<void> {
  const { log } = parts.sender.runtime
  const read = await readHeader(() => claim.parts())
  if (read.fault !== null) {
    log.error(`Chord ${task.groupId} raised: ${read.fault.failure.repr}`)
    try {
      await failChord(parts, body, read.fault, task)
    } finally {
      await claim.failed()
    }
    return
  }
  if (!(await claim.extend(publishBudgetMs(parts.sender.settings(), body)))) {
    log.warning(`Chord callback for ${task.groupId} not published: dispatch claim is no longer owned by this worker`)
    return
  }
  try {
    await sendFrom(parts, task, body, [read.values], { parent_id: null, root_id: null })
  } catch (error) {
    log.error(`Chord callback for ${task.groupId} raised`, { reason: messageOf(error) })
    await failChord(parts, body, chordFault(`Callback error: ${failureOf(error).repr}`, null), task)
  } finally {
    await claim.done()
  }
}

export type Header = { readonly fault: null; readonly values: readonly unknown[] } | { readonly fault: ChordFault }

/** The values of a header, or why there are none. */
export async function readHeader(read: () => Promise<readonly ChordPart[]>): Promise<Header> {
  try {
    const parts = await read()
    const failed = parts.find(({ state }) => PROPAGATE_STATES.has(state))
    return failed === undefined
      ? { fault: null, values: parts.map(({ result }) => result) }
      : { fault: faultOf(failed) }
  } catch (error) {
    return { fault: chordFault(`Join error: ${failureOf(error).repr}`, failureOf(error)) }
  }
}

function faultOf({ taskId, result }: ChordPart): ChordFault {
  const text = unregisteredText(result) ?? exceptionText(result) ?? String(result)
  return chordFault(`Dependency ${taskId} raised ${text}`, storedFailure(result, text))
}

/** Celery's NotRegistered shows itself as a sentence where Python writes `repr` of it: a chord says the same on both sides. */
function unregisteredText(result: unknown): string | null {
  if (!isRecord(result) || result['exc_type'] !== 'NotRegistered') return null
  if (result['exc_module'] !== 'celery.exceptions') return null
  const [name] = [result['exc_message']].flat()
  return `Task of kind ${exactRepr(name, MAX_NAME)} never registered, please make sure it's imported.`
}

/** A ChordError, and what it came from. */
export function chordFault(text: string, cause: Failure | null): ChordFault {
  return { failure: failureOf(celeryError('ChordError', [text])), cause }
}

/** An exception as it was stored, once more. */
function storedFailure(result: unknown, repr: string): Failure | null {
  if (!isRecord(result) || typeof result['exc_type'] !== 'string') return null
  const { exc_type: type, exc_message: args, exc_module: module } = result
  const exception = {
    exc_type: type,
    exc_message: Array.isArray(args) ? args : [args],
    exc_module: typeof module === 'string' ? module : 'celery.exceptions',
  }
  return { exception, repr, traceback: null }
}

const CONNECT_SECONDS = 4
const MAX_NAME = 1_000

/** As long as publishing the body may take with all its tries, and once more (wire.md E4). */
function publishBudgetMs({ publishRetry }: Compiled, body: SignatureNode): number {
  const { retryPolicy, retry } = callOptionsOf(body.options)
  const policy = { ...publishRetry, ...retryPolicy }
  const tries = retry === false || publishRetry === null ? 0 : (policy.maxRetries ?? 3)
  const { intervalStart = 0, intervalStep = 0.2, intervalMax = 1 } = policy
  let seconds = (tries + 1) * CONNECT_SECONDS + CONNECT_SECONDS
  for (let n = 0; n < tries; n++) seconds += Math.min(intervalStart + intervalStep * n, intervalMax)
  return Math.ceil(seconds) * 1000
}
