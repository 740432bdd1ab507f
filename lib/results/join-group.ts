/** The values of a saved group, as Celery joins them (wire.md E4): members in order, groups among them as lists. */
import { UmbelError } from '../errors.ts'
import { isReady, PROPAGATE_STATES, SUCCESS } from '../protocol/states.ts'
import type { TaskMeta } from '../protocol/task-meta.ts'
import type { Clock } from '../runtime/clock.ts'
import type { ChordPart, SavedGroup } from './results.ts'

export interface JoinGroupOptions {
  readonly getMany: (ids: readonly string[]) => Promise<readonly (TaskMeta | null)[]>
  readonly clock: Clock
  readonly timeoutMs: number
}

const LOOK_EVERY_MS = 50

/** One part for each member. Throws `result/missing` when a result does not come within the time. */
export async function joinGroup(group: SavedGroup, options: JoinGroupOptions): Promise<readonly ChordPart[]> {
  const ids = [...new Set(group.results.flatMap(leafIds))]
  const metas = await readyMetas(ids, options)
  return group.results.map((member, index) => partOf(member, index, metas))
}

/** A member is `[[id, parent], null | members]`. */
function leafIds(member: unknown): readonly string[] {
  const { id, members } = readMember(member)
  return members === null ? [id] : members.flatMap(leafIds)
}

function readMember(member: unknown): { readonly id: string; readonly members: readonly unknown[] | null } {
  const [head, members]: readonly unknown[] = Array.isArray(member) ? member : []
  const id: unknown = Array.isArray(head) ? head[0] : head // old forms have the id alone
  if (typeof id !== 'string') {
    throw new UmbelError('message/invalid', { reason: 'a member of a group', expected: '[[id, parent], members]' })
  }
  return { id, members: Array.isArray(members) ? members : null }
}

async function readyMetas(
  ids: readonly string[],
  { getMany, clock, timeoutMs }: JoinGroupOptions,
): Promise<ReadonlyMap<string, TaskMeta>> {
  const found = new Map<string, TaskMeta>()
  const endMs = clock.monotonicMs() + timeoutMs
  for (;;) {
    const open = ids.filter((id) => !found.has(id))
    for (const meta of await getMany(open)) if (meta !== null && isReady(meta.status)) found.set(meta.task_id, meta)
    const missing = ids.find((id) => !found.has(id))
    if (missing === undefined) return found
    if (clock.monotonicMs() >= endMs) {
      throw new UmbelError('result/missing', { id: missing, why: `it did not come within ${timeoutMs} ms` })
    }
    await clock.sleep(LOOK_EVERY_MS)
  }
}

function partOf(member: unknown, groupIndex: number | null, metas: ReadonlyMap<string, TaskMeta>): ChordPart {
  const { id, members } = readMember(member)
  if (members === null) {
    const meta = metas.get(id)
    return { taskId: id, groupIndex, state: meta?.status ?? '', result: meta?.result ?? null }
  }
  const parts = members.map((one) => partOf(one, groupIndex, metas))
  const failure = parts.find(({ state }) => PROPAGATE_STATES.has(state))
  return failure ?? { taskId: id, groupIndex, state: SUCCESS, result: parts.map(({ result }) => result) }
}
