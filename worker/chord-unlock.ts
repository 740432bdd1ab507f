/** celery.chord_unlock: looks whether the header of a chord is ready, where the backend cannot count (wire.md F4). */
import { routeOf } from '../lib/client/canvas/dispatch.ts'
import { asNode } from '../lib/client/canvas/node.ts'
import type { Celery } from '../lib/client/celery.ts'
import type { TaskContext } from '../lib/client/task-context.ts'
import { UmbelError } from '../lib/errors.ts'
import { verdictOf } from '../lib/protocol/exceptions.ts'
import { isReady } from '../lib/protocol/states.ts'
import { joinGroup } from '../lib/results/join-group.ts'
import type { ResultStore } from '../lib/results/results.ts'
import { type FailParts, failChord } from './chord-failure.ts'
import { addChordPart, chordFault, readHeader } from './chord-part.ts'
import { sendFrom } from './continuation.ts'
import { failureOf } from './failure.ts'

export interface UnlockCall {
  readonly groupId: string
  /** The body. */
  readonly callback: unknown
  /** Seconds between two looks; null = the setting. */
  readonly interval: unknown
  readonly maxRetries: unknown
  /** Result tuples of the header. */
  readonly result: unknown
}

/** Throws Retry as long as a part is missing. */
export async function unlockChord(app: Celery, self: TaskContext, call: UnlockCall): Promise<null> {
  const { sender, results } = await routeOf(app)
  if (results === null) {
    throw new UmbelError('option/invalid', {
      option: 'result_backend',
      value: 'nothing',
      expected: 'a URL, for a chord',
    })
  }
  const parts = partsFor(app, sender, results)
  const body = asNode(call.callback)
  const members = Array.isArray(call.result) ? call.result : []
  const { rootId, id } = self.request
  const origin = { id, rootId, priority: 0, children: [] }
  if (!(await allReady(results, members))) {
    try {
      throw self.retry({ ...countdownOf(call.interval), ...mostOf(call.maxRetries) })
    } catch (error) {
      // Nothing will look at this chord again: its body would be waited for without end.
      if (verdictOf(error) === null) {
        const text = `chord_unlock could not be retried: ${failureOf(error).repr}`
        await failChord(parts, body, chordFault(text, failureOf(error)), origin)
      }
      throw error
    }
  }
  const group = { id: call.groupId, results: members, parent: null }
  const timeoutMs = app.conf.result_chord_join_timeout * 1000
  const { clock } = sender.runtime
  const header = await readHeader(() => joinGroup(group, { getMany: (ids) => results.getMany(ids), clock, timeoutMs }))
  if (header.fault !== null) await failChord(parts, body, header.fault, origin)
  else await sendFrom(parts, origin, body, [header.values], { parent_id: null, root_id: null })
  return null
}

async function allReady(results: ResultStore, members: readonly unknown[]): Promise<boolean> {
  const metas = await results.getMany(members.flatMap(idsIn))
  return metas.every((meta) => meta !== null && isReady(meta.status))
}

/** Of `[[id, parent], null | members]`: the tasks, not the groups. */
function idsIn(tuple: unknown): string[] {
  const [head, members]: readonly unknown[] = Array.isArray(tuple) ? tuple : [tuple, null]
  if (Array.isArray(members)) return members.flatMap(idsIn)
  const id: unknown = Array.isArray(head) ? head[0] : head
  return typeof id === 'string' ? [id] : []
}

function countdownOf(seconds: unknown): { countdown?: number } {
  return typeof seconds === 'number' ? { countdown: seconds } : {}
}

function mostOf(retries: unknown): { maxRetries?: number } {
  return typeof retries === 'number' ? { maxRetries: retries } : {}
}

function partsFor(app: Celery, sender: FailParts['sender'], results: ResultStore): FailParts {
  const parts: FailParts = {
    sender,
    results,
    storeMeta: (meta) => results.set(meta, app.compiled.failureExpiresMs),
    addPart: (task, state, result) => addChordPart(parts, task, state, result),
  }
  return parts
}
