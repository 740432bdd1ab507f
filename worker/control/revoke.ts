/** revoke, terminate, revoked (wire.md D5). */

import { messageOf } from '../../lib/errors.ts'
import { exactRepr } from '../../lib/protocol/exact-repr.ts'
import { formatIsoTime } from '../../lib/protocol/iso-time.ts'
import type { TaskMeta } from '../../lib/results/results.ts'
import { type Command, isTrue, pythonError, requireArguments } from './command.ts'
import type { Node } from './node.ts'
import { signalNumber } from './signal-number.ts'

/** Only over these is REVOKED written; everything else is an end, or somebody's work. */
const MAY_BE_OVERWRITTEN: ReadonlySet<string> = new Set(['PENDING', 'RECEIVED', 'RETRY', 'REJECTED'])
/** States asked for, and written, in one go. */
const BATCH = 500

export const revoked: Command = (node) => node.revoked.ids()

export const revoke: Command = async (node, args) => {
  requireArguments('revoke', args, ['task_id'])
  const { task_id: taskId, terminate: kill, signal } = args
  const ids = [...new Set(idsOf(taskId))]
  for (const id of ids) node.revoked.add(id)
  await storeRevoked(node, ids)
  // Those that wait are told at once; Celery lets them come to the front first.
  const known = isTrue(kill) ? terminateAll(node, ids, signalNumber(signal ?? 'SIGTERM')) : null
  node.consumer.discardRevoked()
  await node.stateDb?.saved()
  if (known === null) {
    node.runtime.log.info(`Tasks flagged as revoked: ${ids.slice(0, 100).join(', ')}`)
    return { ok: `tasks ${setRepr(ids)} flagged as revoked` }
  }
  return { ok: `terminate: ${known.length === 0 ? 'tasks unknown' : known.join(', ')}` }
}

/** One id, several or none; anything else would be told as done and change nothing. */
function idsOf(value: unknown): readonly string[] {
  const ids = Array.isArray(value) ? value : value === null ? [] : [value]
  if (ids.every((id) => typeof id === 'string')) return ids
  throw pythonError('TypeError', 'task_id has to be a text or an array of texts')
}

export const terminate: Command = (node, args) => {
  requireArguments('terminate', args, ['signal', 'task_id'])
  return revoke(node, { ...args, terminate: true })
}

/** Ids of what is in our hands; what runs is ended, what waits will not start. */
function terminateAll(node: Node, ids: readonly string[], signum: number): readonly string[] {
  const waiting = new Set(node.consumer.scheduled().map(({ item }) => item.message.id))
  return ids.filter((id) => {
    const isHere = node.executor.terminate(id, signum) || node.books.find(id) !== null || waiting.has(id)
    if (isHere) node.runtime.log.info(`Terminating ${id} (${signum})`)
    return isHere
  })
}

/** Not for what runs here: its end will be written when it comes. */
async function storeRevoked({ results, runtime, app, books }: Node, ids: readonly string[]): Promise<void> {
  const active = new Set([...books.active].map(({ message }) => message.id))
  const waiting = ids.filter((id) => !active.has(id))
  if (results === null) return
  try {
    for (let at = 0; at < waiting.length; at += BATCH) {
      const some = waiting.slice(at, at + BATCH)
      const stored = await results.getMany(some)
      const open = some.filter((_, index) => MAY_BE_OVERWRITTEN.has(stored[index]?.status ?? 'PENDING'))
      const doneAt = formatIsoTime(runtime.clock.nowMs())
      await Promise.all(open.map((id) => results.set(revokedMeta(id, doneAt), app.compiled.resultExpiresMs)))
    }
  } catch (error) {
    runtime.log.warning('Failed to mark tasks as revoked in backend', { reason: messageOf(error) })
  }
}

function revokedMeta(id: string, doneAt: string): TaskMeta {
  const result = { exc_type: 'TaskRevokedError', exc_message: ['revoked'], exc_module: 'celery.exceptions' }
  return { status: 'REVOKED', result, traceback: null, children: null, date_done: doneAt, task_id: id }
}

export function setRepr(values: Iterable<unknown>): string {
  const shown = [...values].map((value) => exactRepr(value))
  return shown.length === 0 ? 'set()' : `{${shown.join(', ')}}`
}
