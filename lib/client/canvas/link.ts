/** Callbacks and errbacks on every kind of signature: where each kind hangs them (client-cli.md A8, "Links"). Pure. */
import { cloneNode } from './clone.ts'
import {
  asNode,
  headerTasksOf,
  isChord,
  isEmptyGroup,
  isGroup,
  isNode,
  nodesOf,
  type SignatureNode,
  tasksOf,
  textOption,
  wholeBodyOf,
} from './node.ts'

export interface LinkRules {
  /** task_allow_error_cb_on_chord_header */
  readonly errbacksOnHeader: boolean
}

/** On a group: on its first member, deaf to that member's value. On a chord: on its body. */
export function link(node: SignatureNode, callback: SignatureNode): void {
  if (isChord(node)) link(wholeBodyOf(node), callback)
  else if (isGroup(node)) {
    const [first] = tasksOf(node)
    if (first === undefined) throw new RangeError('a callback cannot be linked to an empty group')
    link(first, { ...cloneNode(callback), immutable: true })
  } else append(node, 'link', callback)
}

/** On a group: on each member. On a chord: on its body, and on its header where the setting says so. */
export function linkError(node: SignatureNode, errback: SignatureNode, rules: LinkRules): void {
  if (isGroup(node)) for (const task of tasksOf(node)) linkError(task, cloneNode(errback), rules)
  else if (isChord(node)) linkErrorToChord(node, errback, rules)
  else append(node, 'link_error', errback)
}

function linkErrorToChord(chord: SignatureNode, errback: SignatureNode, rules: LinkRules): void {
  const { header } = chord.kwargs
  // A header that was frozen is a group; the chords in it are not looked at, as in Celery.
  for (const task of isNode(header) ? [asNode(header)] : headerTasksOf(chord)) {
    // Celery marks the copy in its options, where it has no effect: an errback gets the id of the task that failed.
    if (rules.errbacksOnHeader) linkError(task, cloneNode(errback, { options: { immutable: true } }), rules)
    // A chord within the header decides by itself where they go.
    if (isChord(task)) linkError(task, errback, rules)
  }
  linkError(wholeBodyOf(chord), errback, rules)
}

/** The same signature is not linked twice. */
export function append(node: SignatureNode, option: string, value: SignatureNode): void {
  const list = nodesOf(node.options[option])
  const text = JSON.stringify(value)
  if (!list.some((there) => JSON.stringify(there) === text)) list.push(value)
  node.options[option] = list
}

export function extend(node: SignatureNode, option: string, values: unknown): void {
  node.options[option] = [...nodesOf(node.options[option]), ...nodesOf(values)]
}

/** Whether the arguments of callers are taken; on a group and a chord those of the members. */
export function setImmutable(node: SignatureNode, immutable: boolean): void {
  if (isGroup(node)) for (const task of tasksOf(node)) setImmutable(task, immutable)
  else if (isChord(node)) for (const task of headerTasksOf(node)) setImmutable(task, immutable)
  else node.immutable = immutable
}

/**
 * A chord's own `link` and `link_error` go to its body when it is sent. Gives the body to use: a copy where something
 * was linked, so that the caller's canvas stays as it was. Takes both out of `options`.
 */
export function withBodyCallbacks(
  body: SignatureNode,
  options: Record<string, unknown>,
  rules: LinkRules,
): SignatureNode {
  const callbacks = nodesOf(options['link'])
  const errbacks = nodesOf(options['link_error'])
  delete options['link']
  delete options['link_error']
  if (callbacks.length === 0 && errbacks.length === 0) return body
  const copy = cloneNode(body)
  for (const callback of callbacks) {
    if (isEmptyGroup(copy)) append(copy, 'link', cloneNode(callback))
    else link(copy, cloneNode(callback))
  }
  for (const errback of errbacks) {
    if (isGroup(copy)) errbackOnMembers(copy, errback, true, rules)
    else append(copy, 'link_error', errback)
  }
  return copy
}

/** A group that has errbacks of its own gives those to its members when it runs: it takes this one as well then. */
function errbackOnMembers(node: SignatureNode, errback: SignatureNode, runsAsGroup: boolean, rules: LinkRules): void {
  if (isGroup(node)) {
    if (runsAsGroup && node.options['link_error'] != null) append(node, 'link_error', cloneNode(errback))
    else for (const task of tasksOf(node)) errbackOnMembers(task, errback, false, rules)
  } else if (isChord(node)) errbackOnMembers(wholeBodyOf(node), errback, true, rules)
  else linkError(node, cloneNode(errback), rules)
}

/** The id and the errbacks of what a signature's result will be: a chord's is that of its body. */
export function errbacksOf(node: SignatureNode): { readonly id: string | null; readonly errbacks: SignatureNode[] } {
  const errbacks: SignatureNode[] = []
  let at = node
  while (isChord(at)) {
    errbacks.push(...nodesOf(at.options['link_error']))
    at = wholeBodyOf(at)
  }
  errbacks.push(...nodesOf(at.options['link_error']))
  if (isGroup(at)) for (const task of tasksOf(at)) errbacks.push(...errbacksOf(task).errbacks)
  return { id: textOption(at, 'task_id'), errbacks }
}
