/** revoke, terminate, revoked (wire.md D5). */
import { constants } from 'node:os'
import { messageOf } from '../../lib/errors.ts'
import { formatIsoTime } from '../../lib/protocol/iso-time.ts'
import type { TaskMeta } from '../../lib/results/results.ts'
import { type Command, CommandError, isTrue, texts } from './command.ts'
import type { Node } from './node.ts'

/** Only over these is REVOKED written; everything else is an end, or somebody's work. */
const MAY_BE_OVERWRITTEN: ReadonlySet<string> = new Set(['PENDING', 'RECEIVED', 'RETRY', 'REJECTED'])

export const revoked: Command = (node) => node.revoked.ids()

export const revoke: Command = async (node, { task_id: taskId, terminate: kill, signal }) => {
  const ids = [...new Set(texts(taskId))]
  if (taskId === undefined) {
    throw new CommandError('TypeError("revoke() missing 1 required positional argument: \'task_id\'")')
  }
  const signum = signalNumber(signal ?? 'SIGTERM')
  for (const id of ids) node.revoked.add(id)
  const terminated = isTrue(kill) ? terminateAll(node, ids, signum) : null
  const waiting = ids.filter((id) => terminated?.includes(id) !== true && !isActive(node, id))
  await storeRevoked(node, waiting)
  for (const id of waiting) if (!node.consumer.discard(id)) node.executor.discard(id)
  if (terminated === null) return { ok: `tasks ${setRepr(ids)} flagged as revoked` }
  return { ok: `terminate: ${terminated.length === 0 ? 'tasks unknown' : terminated.join(', ')}` }
}

export const terminate: Command = (node, args) => revoke(node, { ...args, terminate: true })

/** Ids of what is in our hands; what runs is ended, what waits will not start. */
function terminateAll(node: Node, ids: readonly string[], signum: number): readonly string[] {
  return ids.filter((id) => node.executor.terminate(id, signum) || node.books.find(id) !== null)
}

function isActive(node: Node, id: string): boolean {
  const hand = node.books.find(id)
  return hand !== null && node.books.active.has(hand)
}

async function storeRevoked({ results, runtime, app }: Node, ids: readonly string[]): Promise<void> {
  if (results === null || ids.length === 0) return
  try {
    const stored = await results.getMany(ids)
    const open = ids.filter((_, index) => MAY_BE_OVERWRITTEN.has(stored[index]?.status ?? 'PENDING'))
    const doneAt = formatIsoTime(runtime.clock.nowMs())
    for (const id of open) await results.set(revokedMeta(id, doneAt), app.compiled.resultExpiresMs)
  } catch (error) {
    runtime.log.warning('the state REVOKED was not stored', { reason: messageOf(error) })
  }
}

function revokedMeta(id: string, doneAt: string): TaskMeta {
  const result = { exc_type: 'TaskRevokedError', exc_message: ['revoked'], exc_module: 'celery.exceptions' }
  return { status: 'REVOKED', result, traceback: null, children: null, date_done: doneAt, task_id: id }
}

/** A name with or without SIG, or a number. */
function signalNumber(signal: unknown): number {
  if (typeof signal === 'number') return signal
  const name = String(signal).toUpperCase()
  const number = Object.entries(constants.signals).find(([known]) => known === name || known === `SIG${name}`)?.[1]
  if (number === undefined) throw new CommandError(`ValueError('unknown signal: ${String(signal).slice(0, 40)}')`)
  return number
}

function setRepr(ids: readonly string[]): string {
  return ids.length === 0 ? 'set()' : `{${ids.map((id) => `'${id.replace(/'/g, "\\'")}'`).join(', ')}}`
}
