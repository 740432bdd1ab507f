/** Copies of signatures, and what becomes of one that is called with more (wire.md F1). Pure. */
import { isRecord } from '../../protocol/record.ts'
import {
  asNode,
  bodyOf,
  headerTasksOf,
  isChain,
  isChord,
  isGroup,
  isNode,
  type SignatureNode,
  tasksOf,
} from './node.ts'

export interface Extra {
  readonly args?: readonly unknown[]
  readonly kwargs?: Readonly<Record<string, unknown>>
  /** Under Celery's names. */
  readonly options?: Readonly<Record<string, unknown>>
}

export interface MergedCall {
  readonly args: readonly unknown[]
  readonly kwargs: Record<string, unknown>
  readonly options: Record<string, unknown>
}

/**
 * New positional arguments come first, new keyword arguments and options win; an immutable signature takes only the
 * options. `group_id` and the stamps stay: whoever waits for the group would wait for ever otherwise.
 */
export function mergeCall(node: SignatureNode, { args = [], kwargs = {}, options = {} }: Extra): MergedCall {
  const merged = { ...node.options }
  const kept = keptOptions(node)
  for (const [name, value] of Object.entries(options)) {
    if (!(kept.has(name) && name in node.options)) merged[name] = value
  }
  if (node.immutable) return { args: node.args, kwargs: node.kwargs, options: merged }
  return { args: [...args, ...node.args], kwargs: { ...node.kwargs, ...kwargs }, options: merged }
}

/** Options of a call that a signature does not let go. */
export function keptOptions({ options }: SignatureNode): ReadonlySet<string> {
  const stamps = options['stamped_headers']
  return new Set(['group_id', 'stamped_headers', ...(Array.isArray(stamps) ? stamps.map(String) : [])])
}

/** A copy whose options, steps and body can be changed without changing the original. Arguments are shared. */
export function cloneNode(node: SignatureNode, extra: Extra = {}): SignatureNode {
  const { args, kwargs, options } = mergeCall(node, extra)
  const { task, subtask_type, immutable } = node
  const parts = cloneParts(node, { ...kwargs })
  // As in Celery, what a chain or a group as a whole was given beside its tasks is not copied.
  if (isChain(node) || isGroup(node)) {
    return { task, args: [], kwargs: parts, options: copyOptions(options), subtask_type, immutable: false }
  }
  return { task, args, kwargs: parts, options: copyOptions(options), subtask_type, immutable }
}

function cloneParts(node: SignatureNode, kwargs: Record<string, unknown>): Record<string, unknown> {
  if (isChain(node) || isGroup(node)) return { ...kwargs, tasks: tasksOf(node).map((task) => cloneNode(task)) }
  if (!isChord(node)) return kwargs
  // Also a header that was frozen as a group is a list of tasks again; the group's id is that of the chord.
  const body = kwargs['body'] === node.kwargs['body'] ? bodyOf(node) : asNode(kwargs['body'])
  return {
    ...kwargs,
    header: headerTasksOf(node).map((task) => cloneNode(task)),
    body: body === null ? null : cloneNode(body),
  }
}

export function copyOptions(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [name, copyValue(value)]))
}

function copyValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyValue)
  if (isNode(value)) return withOwnOptions(asNode(value))
  return isRecord(value) ? copyOptions(value) : value
}

/** Links and bodies within options keep their parts. */
function withOwnOptions({ task, args, kwargs, options, subtask_type, immutable }: SignatureNode): SignatureNode {
  return { task, args, kwargs, options: copyOptions(options), subtask_type, immutable }
}
