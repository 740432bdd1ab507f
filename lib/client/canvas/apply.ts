/**
 * Sends a canvas: which messages, in which order, with which options (client-cli.md A8). What sending means is handed
 * in, so that a client, a worker and a test can each do it their way.
 */
import { prepareSteps, unrollChords } from './chain-steps.ts'
import { partsOf } from './chord-size.ts'
import { cloneNode, type Extra, keptOptions, mergeCall } from './clone.ts'
import { type FreezeRules, freeze, freezeGroup, stripHeaderLinks } from './freeze.ts'
import { extend, withBodyCallbacks } from './link.ts'
import {
  asNode,
  createGroup,
  headerTasksOf,
  isChain,
  isChord,
  isEmptyChain,
  isEmptyGroup,
  isGroup,
  isNode,
  type SignatureNode,
  tasksOf,
  textOption,
  wholeBodyOf,
} from './node.ts'
import type { ResultNode } from './result-node.ts'

export interface OutgoingTask {
  readonly name: string
  readonly args: readonly unknown[]
  readonly kwargs: Readonly<Record<string, unknown>>
  /** Under Celery's names. */
  readonly options: Readonly<Record<string, unknown>>
}

export interface Dispatch extends FreezeRules {
  /** Publishes one task; gives its id. */
  send(task: OutgoingTask): Promise<string>
  /** Before anything of a chord is published: throws where there is no backend to complete it. */
  beginChord(header: ResultNode, body: SignatureNode, options: ChordOptions): Promise<void>
  /** Before the last task of its header is published. */
  setChordSize(groupId: string, size: number): Promise<void>
  /** What a running task has started by this. */
  addToTrail(result: ResultNode): void
}

export interface ChordOptions {
  readonly interval: unknown
  readonly maxRetries: unknown
}

type Options = Readonly<Record<string, unknown>>

/** The result of what was sent; null for an empty chain, which sends nothing. */
export async function applyNode(
  dispatch: Dispatch,
  node: SignatureNode,
  extra: Extra = {},
): Promise<ResultNode | null> {
  const call = { args: extra.args ?? [], kwargs: extra.kwargs ?? {}, options: extra.options ?? {} }
  if (isChain(node)) return applyChain(dispatch, node, call)
  if (isGroup(node)) return applyGroup(dispatch, node, call)
  if (isChord(node)) return applyChord(dispatch, node, call)
  const { args, kwargs, options } = mergeCall(node, { ...call, options: given(call.options) })
  return { id: await dispatch.send({ name: node.task, args, kwargs, options }), parent: null, results: null }
}

interface Call {
  readonly args: readonly unknown[]
  readonly kwargs: Readonly<Record<string, unknown>>
  readonly options: Options
}

/** Options that are null were not given. */
function given(options: Options): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null && value !== undefined))
}

async function applyChain(dispatch: Dispatch, chain: SignatureNode, call: Call): Promise<ResultNode | null> {
  const {
    task_id,
    group_id,
    group_index,
    chord,
    root_id,
    parent_id: _,
    link,
    link_error,
    ...rest
  } = {
    ...chain.options,
    ...call.options,
  }
  const args = chain.immutable ? chain.args : [...call.args, ...chain.args]
  const around = {
    id: textOf(task_id),
    groupId: textOf(group_id),
    groupIndex: typeof group_index === 'number' ? group_index : null,
    chord: isNode(chord) ? asNode(chord) : null,
    rootId: textOf(root_id),
    parentId: null,
  }
  const prepared = { args, kwargs: call.kwargs, copy: true, linkError: link_error, around }
  const { steps, results } = prepareSteps(chain, prepared, dispatch, (step, inside) => freeze(step, inside, dispatch))
  for (const step of steps) stripHeaderLinks(step)
  const [last] = steps
  if (last !== undefined && link != null) extend(last, 'link', link)
  const first = steps.pop()
  if (first === undefined) return null
  const options = dispatch.linksSteps ? { ...rest, chain: null } : { ...rest, chain: restOf(rest['chain'], steps) }
  const sent = await applyNode(dispatch, first, { options })
  return steps.length === 0 ? sent : (results[0] ?? sent)
}

/** What comes after this chain comes after its last step: both are reversed. */
function restOf(after: unknown, steps: readonly SignatureNode[]): readonly unknown[] {
  return Array.isArray(after) ? [...after, ...steps] : steps
}

async function applyGroup(dispatch: Dispatch, group: SignatureNode, call: Call): Promise<ResultNode> {
  if (call.options['link'] != null) throw new TypeError('Cannot add link to group: use a chord')
  if (call.options['link_error'] != null) {
    throw new TypeError('Cannot add link to group: do that on individual tasks')
  }
  const { add_to_parent: addToParent = true, link: _, link_error: __, ...options } = call.options
  if (isEmptyGroup(group)) return freeze(group, {}, dispatch)
  const { result } = await sendMembers(dispatch, group, { ...call, options })
  const [only, ...others] = result.results ?? []
  // A group of one whose only member is a chain that ends in a group: the inner group is the result.
  const shown = only !== undefined && others.length === 0 && only.results !== null ? only : result
  if (addToParent !== false) dispatch.addToTrail(shown)
  return shown
}

interface Member {
  readonly node: SignatureNode
  readonly result: ResultNode
}

/** Messages of one group that are on their way at the same time, in their order. */
const AT_A_TIME = 100

async function sendMembers(dispatch: Dispatch, group: SignatureNode, call: Call) {
  const { task_id, chord, group_index: _, ...shared } = groupOptions(group, call.options)
  const groupId = textOf(task_id) ?? dispatch.newId()
  const members: Member[] = []
  collectMembers(dispatch, tasksOf(group), { groupId, rootId: textOf(shared['root_id']) }, members)
  let size = 0
  const pending: Promise<unknown>[] = []
  for (const [index, { node }] of members.entries()) {
    const completes = chord ?? node.options['chord']
    size += partsOf(node)
    // Known only now, and early enough: the last part cannot be there before its task is sent.
    if (completes != null && index === members.length - 1) await dispatch.setChordSize(groupId, size)
    const options = { ...shared, group_id: groupId, chord: completes ?? null, add_to_parent: false }
    const sending = applyNode(dispatch, node, { args: call.args, kwargs: call.kwargs, options })
    sending.catch(() => {}) // is waited for below
    pending.push(sending)
    // A chord asks its backend before it publishes anything; what comes after it must not overtake it.
    if (pending.length >= AT_A_TIME || isChord(node)) await Promise.all(pending.splice(0))
  }
  await Promise.all(pending)
  return { result: { id: groupId, parent: null, results: members.map(({ result }) => result) } }
}

function groupOptions(group: SignatureNode, options: Options): Record<string, unknown> {
  const kept = keptOptions(group)
  const added = Object.entries(options).filter(([name]) => !(kept.has(name) && name in group.options))
  return { ...group.options, ...Object.fromEntries(added) }
}

/** Flattened; each nested group counts its indexes from 0 again (client-cli.md 0). */
function collectMembers(
  dispatch: Dispatch,
  tasks: readonly SignatureNode[],
  around: { readonly groupId: string; readonly rootId: string | null },
  into: Member[],
): void {
  for (const [groupIndex, task] of tasks.entries()) {
    const node = cloneNode(task)
    if (isGroup(node)) collectMembers(dispatch, tasksOf(node), around, into)
    else if (!isEmptyChain(node)) into.push({ node, result: freeze(node, { ...around, groupIndex }, dispatch) })
  }
}

async function applyChord(dispatch: Dispatch, chord: SignatureNode, call: Call): Promise<ResultNode> {
  const args = chord.immutable ? chord.args : [...call.args, ...chord.args]
  const { body: otherBody, ...callKwargs } = call.kwargs
  const wanted = otherBody == null ? wholeBodyOf(chord) : asNode(otherBody)
  const merged: Record<string, unknown> = { ...chord.options, ...call.options }
  const { task_id: id, countdown, eta, interval = null, max_retries: maxRetries = null } = merged
  for (const name of ['task_id', 'countdown', 'eta', 'interval', 'max_retries', 'eager']) delete merged[name]

  const { countdown: _, eta: __, link: ___, link_error: ____, task_id: _____, ...callOptions } = call.options
  let body = cloneNode(wanted, { options: bodyOptions(callOptions) })
  const rootId = textOption(body, 'root_id')
  body = withBodyCallbacks(body, merged, dispatch)
  Object.assign(body.options, bodyOptions(merged))
  if (isChain(body)) unrollChords(body, dispatch)

  const groupId = textOption(chord, 'task_id') ?? dispatch.newId()
  const header = createGroup(headerTasksOf(chord).map((task) => cloneNode(task)))
  header.options['task_id'] = groupId
  const result = freeze(body, { id: textOf(id) ?? dispatch.newId(), groupId, rootId }, dispatch)
  stripHeaderLinks(body)
  // Neither the rest of a chain nor a chord around is for the header: they come after the body.
  const { chain: _after, chord: _around, ...forHeader } = merged
  const headerResult = freezeGroup(header, { groupId, chord: body, rootId }, dispatch)
  result.parent = headerResult
  if (isEmptyGroup(header)) {
    await applyNode(dispatch, body, { args: [[]] })
    return result
  }
  await dispatch.beginChord(headerResult, body, { interval, maxRetries })
  const delay = given({ countdown, eta })
  const kwargs = { ...partialKwargs(chord), ...callKwargs }
  const sent = { args, kwargs, options: { ...forHeader, ...delay, task_id: groupId } }
  result.parent = await applyGroup(dispatch, header, sent)
  return result
}

/** The header task that sends the body is its parent. */
function bodyOptions({ parent_id: _, ...options }: Options): Record<string, unknown> {
  return options
}

function partialKwargs(chord: SignatureNode): Record<string, unknown> {
  const { kwargs } = chord.kwargs
  return typeof kwargs === 'object' && kwargs !== null ? { ...kwargs } : {}
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
