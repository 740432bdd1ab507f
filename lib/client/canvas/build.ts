/**
 * What `a | b`, `chain(...)` and `group(...)` become (client-cli.md A7). Pure; the left side is copied, what stands
 * on the right is taken as it is.
 */
import { cloneNode } from './clone.ts'
import { append } from './link.ts'
import {
  createChain,
  createChord,
  createGroup,
  isChain,
  isChord,
  isEmptyGroup,
  isGroup,
  nodesOf,
  type SignatureNode,
  tasksOf,
  unrolled,
  wholeBodyOf,
} from './node.ts'

/** One after the other. */
export function pipe(left: SignatureNode, right: SignatureNode): SignatureNode {
  if (isChain(left)) return pipeChain(left, right)
  if (isGroup(left)) return isEmptyGroup(right) ? left : createChord(left, right)
  if (isChord(left)) return pipeChord(left, right)
  return pipeTask(left, right)
}

function pipeTask(left: SignatureNode, right: SignatureNode): SignatureNode {
  return isChain(right) ? createChain([left, ...stepsOf(right)]) : createChain([left, unrolled(right)])
}

function pipeChord(left: SignatureNode, right: SignatureNode): SignatureNode {
  const next = unrolled(right)
  // A chain, or a group of several, stays a step of its own; all else joins the body.
  if (isChain(right) || isGroup(next)) return pipeTask(left, right)
  const copy = cloneNode(left)
  copy.kwargs['body'] = pipe(wholeBodyOf(copy), next)
  return copy
}

function pipeChain(left: SignatureNode, right: SignatureNode): SignatureNode {
  if (isEmptyGroup(right)) return left
  if (isGroup(right)) return pipeGroupToChain(left, right)
  if (isChain(right)) return stepsOf(right).reduce(pipe, left)
  const last = tasksOf(left).at(-1)
  if (last !== undefined && isGroup(last)) return closeGroup(left, right)
  if (last !== undefined && isChord(last) && !isChord(right)) {
    const copy = cloneNode(left)
    joinBody(tasksOf(copy), right)
    return copy
  }
  return createChain([...stepsOf(left), right])
}

function pipeGroupToChain(left: SignatureNode, right: SignatureNode): SignatureNode {
  const next = unrolled(right)
  if (!isGroup(next)) return pipeChain(left, next)
  const steps = stepsOf(left)
  const last = steps.at(-1)
  if (last === undefined) return next
  if (!isChord(last)) return createChain([...steps, next])
  joinBody(steps, next)
  return createChain(steps)
}

/** A group with something after it is the header of a chord; two chords in a row become one inside the other's body. */
function closeGroup(left: SignatureNode, right: SignatureNode): SignatureNode {
  const copy = cloneNode(left)
  const steps = tasksOf(copy)
  const chord = createChord(steps.pop() ?? createGroup([]), right)
  const before = steps.at(-1)
  if (before !== undefined && isChord(before)) joinBody(steps, chord)
  else steps.push(chord)
  return copy
}

function joinBody(steps: readonly SignatureNode[], next: SignatureNode): void {
  const last = steps.at(-1)
  if (last !== undefined) last.kwargs['body'] = pipe(wholeBodyOf(last), next)
}

/** Copies of the steps of a chain; its links go to the last of them, its errbacks to each. */
export function stepsOf(chain: SignatureNode): SignatureNode[] {
  const steps = tasksOf(chain).map((task) => cloneNode(task))
  const last = steps.at(-1)
  for (const callback of nodesOf(chain.options['link'])) if (last !== undefined) linkStep(last, 'link', callback)
  for (const errback of nodesOf(chain.options['link_error'])) {
    for (const step of steps) linkStep(step, 'link_error', errback)
  }
  return steps
}

function linkStep(step: SignatureNode, option: 'link' | 'link_error', sig: SignatureNode): void {
  if (isChord(step)) linkStep(wholeBodyOf(step), option, sig)
  else if (isGroup(step)) {
    const members = option === 'link' ? tasksOf(step).slice(0, 1) : tasksOf(step)
    for (const member of members) {
      const copy = cloneNode(sig)
      linkStep(member, option, option === 'link' ? { ...copy, immutable: true } : copy)
    }
  } else append(step, option, sig)
}

/** `chain(a, b, c)`: as `a | b | c`, but an empty chain to begin with, so that single groups are unrolled. */
export function chainOf(tasks: readonly SignatureNode[]): SignatureNode {
  let whole = createChain([])
  for (const [index, task] of tasks.entries()) {
    const step = index === tasks.length - 1 ? task : cloneNode(task)
    whole = pipe(whole, step)
  }
  return whole
}

/** `group(a, b)`; given one group it takes over its members. */
export function groupOf(tasks: readonly SignatureNode[]): SignatureNode {
  const [only, ...others] = tasks
  if (only === undefined || others.length > 0) return createGroup(tasks)
  return isGroup(only) ? createGroup(tasksOf(only)) : createGroup([cloneNode(only)])
}
