/** The failure of a task reaches what waits for it: later steps, bodies of chords, chords around (wire.md E2, F2). */
import { errbacksOf } from '../lib/client/canvas/link.ts'
import {
  bodyOf,
  isChain,
  isChord,
  isGroup,
  nodesOf,
  type SignatureNode,
  tasksOf,
  textOption,
} from '../lib/client/canvas/node.ts'
import { formatIsoTime } from '../lib/protocol/iso-time.ts'
import { PROPAGATE_STATES } from '../lib/protocol/states.ts'
import type { TaskMeta } from '../lib/results/results.ts'
import type { ContinuationParts, Origin } from './continuation.ts'
import { runErrbacks } from './errbacks.ts'
import type { Failure } from './request.ts'

export interface HeaderTask extends Origin {
  readonly groupId: string | null
  readonly groupIndex: number | null
  /** The body, as it travelled. */
  readonly chord: unknown
}

export interface FailParts extends ContinuationParts {
  readonly storeMeta: (meta: TaskMeta) => Promise<void>
  /** result_extended */
  readonly isExtended?: () => boolean
  /** Counts the part of a header's task that failed before it could run. */
  readonly addPart: (task: HeaderTask, state: string, result: unknown) => Promise<void>
  /** Who looks for chords whose dispatcher died. */
  readonly watchChord?: {
    note(task: HeaderTask): void
    forget(groupId: string): void
  }
}

/** All that comes after a failed step fails with it: whoever waits for the last one would wait for ever. */
export async function failChain(
  parts: FailParts,
  chain: unknown,
  failure: Failure,
  { stores = true, state = 'FAILURE' } = {},
): Promise<void> {
  const waiting = nodesOf(chain)
  for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
    const id = textOption(step, 'task_id')
    const isHeaderTask = id !== null && step.options['chord'] != null
    // A step that has failed already has brought its part.
    const hasFailed = isHeaderTask && PROPAGATE_STATES.has((await parts.results?.get(id))?.status ?? '')
    if (stores && id !== null) {
      await storeFailure(parts, step, id, failure, { status: state, ...(parts.isExtended?.() ? extendedOf(step) : {}) })
    }
    if (isHeaderTask && !hasFailed) await parts.addPart(headerTaskOf(step, id), state, failure.exception)
    // A chord is through when its body is.
    const body = isChord(step) ? bodyOf(step) : null
    if (body !== null) waiting.push(body)
  }
}

/** The header of a chord failed, or its body could not be sent. */
export async function failChord(
  parts: FailParts,
  body: SignatureNode,
  failed: ChordFault,
  origin: Origin,
): Promise<void> {
  if (isGroup(body)) await failGroup(parts, body, failed.cause ?? failed.failure, origin)
  else {
    const id = textOption(body, 'task_id')
    const { failure } = failed
    const errbacks = body.options['link_error']
    await runErrbacks(parts, { ...origin, id: id ?? origin.id, errbacks, request: requestOf(body, id) }, failure)
    if (id !== null) await storeFailure(parts, body, id, failure)
    await failAround(parts, body, failure)
  }
  await failChain(parts, body.options['chain'], failed.failure)
}

export interface ChordFault {
  /** A ChordError. */
  readonly failure: Failure
  /** What the failed part of the header raised. */
  readonly cause: Failure | null
}

async function failGroup(parts: FailParts, group: SignatureNode, failure: Failure, origin: Origin): Promise<void> {
  const shared = nodesOf(group.options['link_error'])
  for (const task of tasksOf(group)) {
    const { id, errbacks } = errbacksOf(task)
    const all = new Map([...errbacks, ...shared].map((sig) => [JSON.stringify(sig), sig]))
    const request = requestOf(task, id)
    await runErrbacks(parts, { ...origin, id: id ?? origin.id, errbacks: [...all.values()], request }, failure)
    if (id !== null) await storeFailure(parts, task, id, failure)
    await failAround(parts, task, failure)
  }
  const id = textOption(group, 'task_id')
  if (id !== null) await storeFailure(parts, group, id, failure)
}

/** A body may be a part of another header; Celery leaves that chord waiting. */
async function failAround(parts: FailParts, body: SignatureNode, failure: Failure): Promise<void> {
  const last = completing(body)
  const id = textOption(last, 'task_id')
  if (id !== null && last.options['chord'] != null) {
    await parts.addPart(headerTaskOf(last, id), 'FAILURE', failure.exception)
  }
}

/** The task with whose end a signature ends. */
function completing(node: SignatureNode): SignatureNode {
  const inner = isChain(node) ? tasksOf(node).at(-1) : isChord(node) ? bodyOf(node) : null
  return inner == null ? node : completing(inner)
}

function headerTaskOf(step: SignatureNode, id: string): HeaderTask {
  const { group_index: index, chord } = step.options
  const groupIndex = typeof index === 'number' ? index : null
  return {
    id,
    rootId: textOption(step, 'root_id'),
    priority: 0,
    children: [],
    groupId: textOption(step, 'group_id'),
    groupIndex,
    chord,
  }
}

async function storeFailure(
  { sender, storeMeta }: FailParts,
  { options }: SignatureNode,
  id: string,
  { exception, traceback }: Failure,
  more: Partial<TaskMeta> = {},
): Promise<void> {
  const { group_id: groupId, parent_id: parentId } = options
  await storeMeta({
    status: 'FAILURE',
    result: exception,
    traceback,
    children: [],
    date_done: formatIsoTime(sender.runtime.clock.nowMs()),
    ...(typeof groupId === 'string' ? { group_id: groupId } : {}),
    ...(typeof parentId === 'string' ? { parent_id: parentId } : {}),
    ...more,
    task_id: id,
  })
}

/** Of a step that no worker took. Celery gives the bodies of chords none of these. */
function extendedOf({ task, args, kwargs }: SignatureNode): Partial<TaskMeta> {
  return { name: task, args, kwargs, worker: null, retries: 0, queue: null }
}

/** What an errback can know of a task that never ran. */
function requestOf(
  { task, args, kwargs, options }: SignatureNode,
  id: string | null,
): Readonly<Record<string, unknown>> {
  return { id, task, args, kwargs, errbacks: nodesOf(options['link_error']), deliveryInfo: {} }
}
