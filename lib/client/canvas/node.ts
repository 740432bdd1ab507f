/** The nodes of a canvas while it is built: signatures as data that may still be changed (wire.md F1). Pure. */
import { UmbelError } from '../../errors.ts'
import { isSubtaskType, type SubtaskType } from '../../protocol/signature.ts'

/** Own fields in the order that Celery writes them. */
export interface SignatureNode {
  task: string
  args: readonly unknown[]
  kwargs: Record<string, unknown>
  /** Under Celery's names; links and chords are nodes too. */
  options: Record<string, unknown>
  subtask_type: SubtaskType | null
  immutable: boolean
}

export type NodeParts = Partial<Omit<SignatureNode, 'task'>>

export function createNode(task: string, parts: NodeParts = {}): SignatureNode {
  const { args = [], kwargs = {}, options = {}, subtask_type = null, immutable = false } = parts
  return { task, args, kwargs, options, subtask_type, immutable }
}

export function createChain(tasks: readonly SignatureNode[], options: Record<string, unknown> = {}): SignatureNode {
  return createNode('celery.chain', { kwargs: { tasks: [...tasks] }, options, subtask_type: 'chain' })
}

export function createGroup(tasks: readonly SignatureNode[], options: Record<string, unknown> = {}): SignatureNode {
  return createNode('celery.group', { kwargs: { tasks: [...tasks] }, options, subtask_type: 'group' })
}

/** A group or a chain as header is taken as the list of its tasks: they run side by side (client-cli.md A7). */
export function createChord(
  header: SignatureNode | readonly SignatureNode[],
  body: SignatureNode | null,
  options: Record<string, unknown> = {},
): SignatureNode {
  return createNode('celery.chord', {
    kwargs: { kwargs: {}, header: headerList(header), body },
    options,
    subtask_type: 'chord',
  })
}

function headerList(header: SignatureNode | readonly SignatureNode[]): SignatureNode[] {
  if (isNodeList(header)) return [...header]
  return isGroup(header) || isChain(header) ? tasksOf(header) : [header]
}

function isNodeList(value: SignatureNode | readonly SignatureNode[]): value is readonly SignatureNode[] {
  return Array.isArray(value)
}

export const isChain = (node: SignatureNode): boolean => node.subtask_type === 'chain'
export const isGroup = (node: SignatureNode): boolean => node.subtask_type === 'group'
export const isChord = (node: SignatureNode): boolean => node.subtask_type === 'chord'
export const isPlain = (node: SignatureNode): boolean => !isChain(node) && !isGroup(node) && !isChord(node)
export const isEmptyGroup = (node: SignatureNode): boolean => isGroup(node) && tasksOf(node).length === 0
export const isEmptyChain = (node: SignatureNode): boolean => isChain(node) && tasksOf(node).length === 0

/**
 * What came in a message, or a user's object, as a node: the same object where it is one already. What is empty may be
 * missing (old Celery, other clients). Throws message/invalid for what is no signature.
 */
export function asNode(value: unknown): SignatureNode {
  const fields = fieldsOf(value)
  if (fields === null)
    throw new UmbelError('message/invalid', { reason: 'a part of a canvas is none', expected: 'a signature' })
  const { task, args, kwargs, options, subtask_type: kind, immutable } = fields
  const whole = Array.isArray(args) && isObject(kwargs) && isObject(options) && typeof immutable === 'boolean'
  if (whole && kind !== undefined) return value as SignatureNode // all six fields have been looked at
  return createNode(String(task), {
    args: Array.isArray(args) ? args : [],
    kwargs: isObject(kwargs) ? kwargs : {},
    options: isObject(options) ? options : {},
    subtask_type: isSubtaskType(kind) ? kind : null,
    immutable: immutable === true,
  })
}

export function isNode(value: unknown): boolean {
  return fieldsOf(value) !== null
}

function fieldsOf(value: unknown): Record<string, unknown> | null {
  return isObject(value) && typeof value['task'] === 'string' && !Array.isArray(value) ? value : null
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** The steps of a chain or the members of a group: the list itself, to be changed in place. */
export function tasksOf(node: SignatureNode): SignatureNode[] {
  return nodesIn(node.kwargs, 'tasks')
}

/** Those of the header, whether it is a list or (after freezing) a group. */
export function headerTasksOf(chord: SignatureNode): SignatureNode[] {
  const { header } = chord.kwargs
  if (!isNode(header)) return nodesIn(chord.kwargs, 'header')
  const node = asNode(header)
  chord.kwargs['header'] = node
  return isGroup(node) || isChain(node) ? tasksOf(node) : [node]
}

export function bodyOf(chord: SignatureNode): SignatureNode | null {
  const { body } = chord.kwargs
  if (body === null || body === undefined) return null
  const node = asNode(body)
  chord.kwargs['body'] = node
  return node
}

/** For what needs a body. Python's words are an AttributeError about NoneType. */
export function wholeBodyOf(chord: SignatureNode): SignatureNode {
  const body = bodyOf(chord)
  if (body === null) throw new TypeError('a chord without a body cannot be used: give it one with chord(header, body)')
  return body
}

function nodesIn(holder: Record<string, unknown>, field: string): SignatureNode[] {
  const found = holder[field]
  const list = Array.isArray(found) ? found : []
  for (const [index, item] of list.entries()) list[index] = asNode(item)
  holder[field] = list
  return list
}

/** One or several, as `link` may hold. */
export function nodesOf(value: unknown): SignatureNode[] {
  if (value === null || value === undefined) return []
  return (Array.isArray(value) ? value : [value]).map(asNode)
}

/** A group of one is its only member, wherever something comes before or after it. */
export function unrolled(node: SignatureNode): SignatureNode {
  if (!isGroup(node)) return node
  const [only, ...others] = tasksOf(node)
  return only !== undefined && others.length === 0 ? only : node
}

export function textOption(node: SignatureNode, name: string): string | null {
  const value = node.options[name]
  return typeof value === 'string' && value !== '' ? value : null
}
