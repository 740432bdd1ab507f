/**
 * The steps of a chain as they travel: last one first, each with its id, a group before another step made into a chord
 * (wire.md F2, client-cli.md A7 and A8).
 */
import { stepsOf } from './build.ts'
import { cloneNode } from './clone.ts'
import { type LinkRules, link, linkError } from './link.ts'
import {
  bodyOf,
  createChord,
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
import { originOf, type ResultNode } from './result-node.ts'

/** What the canvas around gives to a part of it. */
export interface Surroundings {
  readonly id?: string | null
  readonly groupId?: string | null
  readonly groupIndex?: number | null
  /** The body of the chord in whose header it stands. */
  readonly chord?: SignatureNode | null
  readonly rootId?: string | null
  readonly parentId?: string | null
}

export interface ChainRules extends LinkRules {
  /** Protocol 1 has no place for the rest of a chain: each step is the callback of the one before. */
  readonly linksSteps: boolean
}

export interface ChainCall {
  /** For the first step. */
  readonly args: readonly unknown[]
  readonly kwargs: Readonly<Record<string, unknown>>
  /** False: the steps themselves are given their ids. */
  readonly copy: boolean
  readonly linkError: unknown
  readonly around: Surroundings
}

export interface PreparedChain {
  /** Reversed: the first step is the last element. */
  readonly steps: SignatureNode[]
  /** In the order of the steps, with their parents. */
  readonly results: ResultNode[]
}

type Freeze = (step: SignatureNode, around: Surroundings) => ResultNode

export function prepareSteps(chain: SignatureNode, call: ChainCall, rules: ChainRules, freeze: Freeze): PreparedChain {
  const waiting = headOf(tasksOf(chain), call.copy)
  const steps: SignatureNode[] = []
  const results: ResultNode[] = []
  let next: SignatureNode | undefined
  let nextResult: ResultNode | undefined
  let frozen = 0

  for (let given = waiting.pop(); given !== undefined; given = waiting.pop()) {
    const isFirst = waiting.length === 0
    let step = unrolled(given)
    if (isEmptyGroup(step) && (!isFirst || next !== undefined)) continue
    if (call.copy && splits(step)) {
      waiting.push(...unrollBody(step))
      continue
    }
    if (call.copy) step = isFirst ? cloneNode(step, { args: call.args, kwargs: call.kwargs }) : cloneNode(step)
    else if (isFirst) step.args = [...call.args, ...step.args]
    if (isChain(step)) {
      waiting.push(...tasksOf(step))
      continue
    }
    if (isGroup(step) && next !== undefined) {
      steps.pop()
      const bodyResult = results.pop()
      step = createChord(step, next, chordOptions(bodyResult, call.around))
      next = steps.at(-1)
      const detached = detach(results.at(-1), bodyResult)
      if (detached !== null) nextResult = detached
    }

    const { rootId } = call.around
    // The id of the chain, its group and its chord belong to its last step.
    const result = freeze(step, frozen++ === 0 ? { ...call.around, parentId: null } : { rootId })
    if (next !== undefined) {
      if (rules.linksSteps) link(step, next)
      if (nextResult !== undefined && nextResult.parent === null) nextResult.parent = result
    }
    for (const errback of nodesOf(call.linkError)) {
      linkError(step, errback, rules)
      const body = isChord(step) ? bodyOf(step) : null
      if (body !== null) linkError(body, errback, rules)
    }
    steps.push(step)
    results.push(result)
    next = step
    // What comes before a chord is the parent of its header, not of its body.
    nextResult = isChord(step) ? originOf(result) : result
  }
  const last = results[0]?.id ?? call.around.id
  if (typeof last === 'string') chain.options['task_id'] = last
  return { steps, results }
}

/** A GroupResult is no single task, so that a chord with a group as body gets an id of its own. */
function chordOptions(body: ResultNode | undefined, { rootId }: Surroundings): Record<string, unknown> {
  const root = { root_id: rootId ?? null }
  return body !== undefined && body.results === null ? { task_id: body.id, ...root } : root
}

/** Where `parent` is in the line of parents of `result` it is taken out; gives the result that lost it. */
function detach(result: ResultNode | undefined, parent: ResultNode | undefined): ResultNode | null {
  for (let node = result; node !== undefined; node = node.parent ?? undefined) {
    if (node.parent === null || node.parent !== parent) continue
    node.parent = null
    return node
  }
  return null
}

/** The steps with a real task at their head: it is the one that takes the arguments of the call. */
function headOf(tasks: readonly SignatureNode[], copy: boolean): SignatureNode[] {
  const steps = [...tasks]
  let stripped: SignatureNode | undefined
  for (let head = steps.shift(); head !== undefined; head = steps.shift()) {
    const first = unrolled(head)
    if (isChain(head)) steps.unshift(...tasksOf(copy ? cloneNode(head) : head))
    else if (isEmptyGroup(first) && steps.length > 0) stripped = first
    else {
      steps.unshift(first)
      return steps
    }
  }
  return stripped === undefined ? [] : [stripped]
}

/** Before ids are given: `chord(header, chain(a, b))` as a step is sent as that chord with the body a, and b after it. */
export function unrollChords(chain: SignatureNode, rules: ChainRules): void {
  // Linked steps need the whole body in the header, for the failure of the header to reach the last one.
  if (rules.linksSteps) return
  const waiting = [...tasksOf(chain)]
  const steps: SignatureNode[] = []
  for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
    if (splits(task)) waiting.unshift(...unrollBody(task))
    else if (isChain(task)) {
      const copy = cloneNode(task)
      unrollChords(copy, rules)
      steps.push(copy)
    } else steps.push(task)
  }
  chain.kwargs['tasks'] = steps
}

/** A chain that begins with a group would run its steps once per member: such a body stays whole. */
function splits(step: SignatureNode): boolean {
  const body = isChord(step) ? bodyOf(step) : null
  if (body === null || !isChain(body)) return false
  const [first] = tasksOf(body)
  return first !== undefined && !isGroup(first)
}

const RUN_BY_CHAIN = new Set([
  'chord',
  'group_id',
  'group_index',
  'link',
  'link_error',
  'parent_id',
  'root_id',
  'task_id',
])

function unrollBody(chord: SignatureNode): SignatureNode[] {
  const copy = cloneNode(chord)
  const body = wholeBodyOf(copy)
  const [first, ...later] = stepsOf(body)
  const options = Object.fromEntries(Object.entries(body.options).filter(([name]) => !RUN_BY_CHAIN.has(name)))
  copy.kwargs['body'] = first === undefined ? body : cloneNode(first, { options })
  return [copy, ...later]
}
