/** Errbacks, both styles (wire.md F5): functions with room for more than an id are called here, others are sent. */
import { cloneNode } from '../lib/client/canvas/clone.ts'
import { createGroup, nodesOf, type SignatureNode } from '../lib/client/canvas/node.ts'
import type { RegisteredTask } from '../lib/client/task.ts'
import { messageOf } from '../lib/errors.ts'
import { celeryError } from './celery-error.ts'
import { type ContinuationParts, type Origin, sendFrom } from './continuation.ts'
import type { Failure } from './request.ts'

/** What an errback that is called here is given as its request: the fields of `self.request` that are known. */
export interface FailedRequest extends Origin {
  readonly errbacks: unknown
  readonly request: Readonly<Record<string, unknown>>
}

/** Throws what sending throws; what an errback throws is logged. */
export async function runErrbacks(parts: ContinuationParts, failed: FailedRequest, failure: Failure): Promise<void> {
  const toSend: SignatureNode[] = []
  for (const errback of nodesOf(failed.errbacks)) {
    const task = parts.sender.task(errback.task)
    if (task !== null && takesRequest(task, errback)) await callHere(parts, task, errback, failed, failure)
    else toSend.push(errback)
  }
  if (toSend.length === 0) return
  await sendFrom(parts, failed, createGroup(toSend.map((sig) => cloneNode(sig))), [failed.id])
}

/**
 * Arguments that the signature holds already do not count; a bound task wants to be run as a task, and a canvas is
 * sent whatever the task behind its name takes.
 */
function takesRequest({ options, handler, parameters }: RegisteredTask, errback: SignatureNode): boolean {
  if (options.bind === true || errback.subtask_type !== null) return false
  const { args, kwargs, immutable } = errback
  const known = immutable ? 0 : args.length + Object.keys(kwargs).length
  return Math.max(handler.length, parameters?.names.length ?? 0) - known > 1
}

async function callHere(
  { sender }: ContinuationParts,
  { handler }: RegisteredTask,
  { task: name, args, immutable }: SignatureNode,
  { id, request }: FailedRequest,
  { exception, traceback }: Failure,
): Promise<void> {
  const error = celeryError(exception.exc_type, exception.exc_message, exception.exc_module)
  try {
    await handler(...(immutable ? args : [request, error, traceback, ...args]))
  } catch (thrown) {
    sender.runtime.log.error(`Errback ${name} raised an exception`, { id, reason: messageOf(thrown) })
  }
}
