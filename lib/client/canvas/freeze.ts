/**
 * Gives a canvas its ids, so that its results are known before it is sent (client-cli.md A8). Changes the nodes in
 * place: a frozen canvas that is sent twice has the same ids twice, as in Celery.
 */
import { type ChainRules, prepareSteps, type Surroundings } from './chain-steps.ts'
import { cloneNode } from './clone.ts'
import {
  asNode,
  bodyOf,
  createGroup,
  headerTasksOf,
  isChain,
  isChord,
  isEmptyChain,
  isGroup,
  isNode,
  type SignatureNode,
  tasksOf,
  textOption,
} from './node.ts'
import { originOf, type ResultNode } from './result-node.ts'

export interface FreezeRules extends ChainRules {
  readonly newId: () => string
  /** The queue where this program reads results of the RPC backend. */
  readonly replyTo: string
}

export function freeze(node: SignatureNode, around: Surroundings, rules: FreezeRules): ResultNode {
  if (isChain(node)) return freezeChain(node, around, rules)
  if (isGroup(node)) return freezeGroup(node, around, rules)
  if (isChord(node)) return freezeChord(node, around, rules)
  return freezeTask(node, around, rules)
}

function freezeTask(node: SignatureNode, around: Surroundings, rules: FreezeRules): ResultNode {
  const { options } = node
  const id = textOption(node, 'task_id') ?? around.id ?? rules.newId()
  options['task_id'] = id
  if (around.rootId) options['root_id'] = around.rootId
  if (around.parentId) options['parent_id'] = around.parentId
  if (!('reply_to' in options)) options['reply_to'] = rules.replyTo
  if (around.groupId && !('group_id' in options)) options['group_id'] = around.groupId
  if (around.chord) options['chord'] = around.chord
  if (typeof around.groupIndex === 'number') options['group_index'] = around.groupIndex
  return { id, parent: null, results: null }
}

function freezeChain(node: SignatureNode, around: Surroundings, rules: FreezeRules): ResultNode {
  const call = { args: node.args, kwargs: {}, copy: false, linkError: null, around }
  const { results } = prepareSteps(node, call, rules, (step, given) => freeze(step, given, rules))
  // An empty chain has nothing to wait for; Celery fails here with an IndexError.
  return results[0] ?? { id: around.id ?? rules.newId(), parent: null, results: [] }
}

/** Groups within the group are flattened; their members come out in reverse (wire.md F3). */
export function freezeGroup(node: SignatureNode, around: Surroundings, rules: FreezeRules): ResultNode {
  const { options } = node
  const id = textOption(node, 'task_id') ?? rules.newId()
  options['task_id'] = id
  if (around.groupId) options['group_id'] = around.groupId
  if (around.chord) options['chord'] = around.chord
  if (typeof around.groupIndex === 'number') options['group_index'] = around.groupIndex
  options['root_id'] ??= around.rootId ?? null
  options['parent_id'] ??= around.parentId ?? null
  const rootId = textOption(node, 'root_id')
  const parentId = textOption(node, 'parent_id')

  const members: SignatureNode[] = []
  const results: ResultNode[] = []
  const waiting = [...tasksOf(node)]
  for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
    const copy = cloneNode(task)
    if (isGroup(copy)) waiting.unshift(...tasksOf(copy).reverse())
    else if (!isEmptyChain(copy)) {
      const inside = { groupId: around.groupId, chord: around.chord, rootId, parentId, groupIndex: members.length }
      members.push(copy)
      results.push(freeze(copy, inside, rules))
    }
  }
  node.kwargs['tasks'] = members
  return { id, parent: null, results }
}

function freezeChord(node: SignatureNode, around: Surroundings, rules: FreezeRules): ResultNode {
  const body = bodyOf(node)
  const header = headerGroupOf(node)
  const { rootId, parentId } = around
  const headerResult = freezeGroup(header, { chord: body, rootId, parentId }, rules)
  node.options['task_id'] = headerResult.id
  if (body === null) return headerResult
  const { id, chord, groupId, groupIndex } = around
  const result = freeze(body, { id, chord, groupId, groupIndex, rootId }, rules)
  const origin = originOf(result)
  if (origin !== headerResult) origin.parent = headerResult
  return result
}

/** The header as a group, which it is from then on. */
function headerGroupOf(chord: SignatureNode): SignatureNode {
  const { header } = chord.kwargs
  if (isNode(header) && isGroup(asNode(header))) return asNode(header)
  const group = createGroup([])
  group.kwargs['tasks'] = headerTasksOf(chord)
  chord.kwargs['header'] = group
  return group
}

/**
 * A chord that waits for its turn holds its body once; the copies that freezing hung on every task of its header are
 * hung there again when the header is sent. Without this, messages grow with every nested chord (wire.md F2).
 */
export function stripHeaderLinks(node: SignatureNode): void {
  if (isChord(node)) {
    const header = headerTasksOf(node)
    if (isNode(node.kwargs['header'])) delete asNode(node.kwargs['header']).options['chord']
    for (const task of header) {
      clearChord(task)
      stripHeaderLinks(task)
    }
    const body = bodyOf(node)
    if (body !== null) stripHeaderLinks(body)
  } else if (isGroup(node) || isChain(node)) for (const task of tasksOf(node)) stripHeaderLinks(task)
}

function clearChord(node: SignatureNode): void {
  delete node.options['chord']
  if (isGroup(node)) for (const task of tasksOf(node)) clearChord(task)
  else if (isChain(node)) {
    const last = tasksOf(node).at(-1)
    if (last !== undefined) clearChord(last)
  } else if (isChord(node)) {
    const body = bodyOf(node)
    if (body !== null) clearChord(body)
  }
}
