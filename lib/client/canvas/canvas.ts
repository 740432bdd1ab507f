/** `chain`, `group`, `chord` and the others, as a program imports them from 'umbel' (client-cli.md A7). */
import type { SignatureData } from '../../protocol/signature.ts'
import { checkCallOptions } from '../call-option-kinds.ts'
import type { CallOptions } from '../call-options.ts'
import type { GroupResult } from '../group-result.ts'
import { chainOf, groupOf } from './build.ts'
import type { CanvasApp } from './canvas-app.ts'
import { cloneNode } from './clone.ts'
import { createChunks, createMap, createStarmap } from './map.ts'
import { asNode, createChain, createChord, createNode, isNode } from './node.ts'
import { wireOptionsOf } from './option-names.ts'
import { Signature } from './signature.ts'

/** A signature, or a task: what is called without arguments. */
export type Callable = SignatureData | Named

export interface Named {
  readonly name: string
}

export interface SignatureParts {
  readonly args?: readonly unknown[]
  readonly kwargs?: Readonly<Record<string, unknown>>
  readonly options?: CallOptions
  readonly immutable?: boolean
  readonly app?: CanvasApp
}

/** A call of a task by its name; of data from a message the same call as an object. */
export function signature(given: string | Callable, parts: SignatureParts = {}): Signature {
  const { args = [], kwargs = {}, options = {}, immutable = false } = parts
  const app = parts.app ?? Signature.appAmong([given])
  if (isNode(given)) return new Signature(cloneNode(asNode(given)), app)
  const task = typeof given === 'string' ? given : nameOf(given)
  checkCallOptions(task, options)
  return new Signature(
    createNode(task, { args, kwargs: { ...kwargs }, options: wireOptionsOf(options), immutable }),
    app,
  )
}

/** One after the other; each gets the result of the one before as its first argument. Also of a list. */
export function chain(...tasks: readonly (SignatureData | Iterable<SignatureData>)[]): Signature {
  const [only] = tasks
  const list = listOf(tasks)
  const nodes = list.map(asNode)
  const isSingle = tasks.length === 1 && isNode(only)
  return new Signature(isSingle ? createChain(nodes) : chainOf(nodes), Signature.appAmong(list))
}

/** All at the same time. Also of a list. */
export function group(...tasks: readonly (SignatureData | Iterable<SignatureData>)[]): Signature<GroupResult> {
  const list = listOf(tasks)
  return new Signature(groupOf(list.map(asNode)), Signature.appAmong(list))
}

/** All of the header at the same time; when they are through, the body with the list of their results. */
export function chord(header: SignatureData | Iterable<SignatureData>, body: SignatureData): Signature {
  const parts = isNode(header) ? [header] : [...(header as Iterable<SignatureData>)] // what is no signature is a list
  const app = Signature.appAmong([...parts, body])
  const nodes = isNode(header) ? asNode(header) : parts.map((part) => cloneNode(asNode(part)))
  return new Signature(createChord(nodes, asNode(body)), app)
}

/** `task` over each element, within one task. */
export function xmap(task: Callable, it: Iterable<unknown>): Signature {
  return new Signature(createMap(asNode(signature(task)), it), Signature.appAmong([task]))
}

/** `task` over each element, which is the list of its arguments, within one task. */
export function xstarmap(task: Callable, it: Iterable<readonly unknown[]>): Signature {
  return new Signature(createStarmap(asNode(signature(task)), it), Signature.appAmong([task]))
}

/** As xstarmap, in several tasks of `n` elements each. */
export function chunks(task: Callable, it: Iterable<readonly unknown[]>, n: number): Signature {
  return new Signature(createChunks(asNode(signature(task)), it, n), Signature.appAmong([task]))
}

function listOf(tasks: readonly (SignatureData | Iterable<SignatureData>)[]): SignatureData[] {
  const [only] = tasks
  if (tasks.length === 1 && isIterable(only)) return [...only]
  return tasks as SignatureData[] // more than one: each is a signature, which asNode checks
}

function isIterable(value: unknown): value is Iterable<SignatureData> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value
}

function nameOf(given: Callable): string {
  return 'name' in given ? given.name : given.task
}
