/** The state of a pickle that is being read: its stack, marks and memo, with a budget that hostile streams run out of. */
import type { ByteReader } from '../byte-reader.ts'
import { PythonObject } from '../python-object.ts'
import { isName, valueOfCall } from './python-calls.ts'

const MAX_MARKS = 1_000
const MIN_BUDGET = 1_000_000

export interface Machine {
  readonly reader: ByteReader
  /** What was pushed since the last mark. */
  stack: unknown[]
  /** The stacks below, one for each open mark. */
  readonly marks: unknown[][]
  readonly memo: Map<number, unknown>
  /** Containers and calls that may still be made. */
  budget: number
  readonly exactFloats: boolean
  done: boolean
}

export function createMachine(reader: ByteReader, exactFloats: boolean): Machine {
  const budget = Math.max(MIN_BUDGET, reader.left)
  return { reader, stack: [], marks: [], memo: new Map(), budget, exactFloats, done: false }
}

export function spend(machine: Machine, count: number): void {
  machine.budget -= count
  if (machine.budget < 0) throw new SyntaxError('more objects than a pickle of this size has')
}

export function push(machine: Machine, value: unknown): void {
  machine.stack.push(value)
}

/** A new container: it counts. */
export function pushNew(machine: Machine, value: object): void {
  spend(machine, 1)
  machine.stack.push(value)
}

export function pop(machine: Machine): unknown {
  if (machine.stack.length === 0) throw new SyntaxError('a value is missing from the stack')
  return machine.stack.pop()
}

export function top(machine: Machine): unknown {
  const { stack } = machine
  if (stack.length === 0) throw new SyntaxError('a value is missing from the stack')
  return stack[stack.length - 1]
}

export function popSome(machine: Machine, count: number): unknown[] {
  if (machine.stack.length < count) throw new SyntaxError('values are missing from the stack')
  return machine.stack.splice(machine.stack.length - count)
}

export function mark(machine: Machine): void {
  if (machine.marks.length >= MAX_MARKS) throw new SyntaxError(`more than ${MAX_MARKS} open marks`)
  machine.marks.push(machine.stack)
  machine.stack = []
}

/** All values above the last mark. */
export function popMark(machine: Machine): unknown[] {
  const below = machine.marks.pop()
  if (below === undefined) throw new SyntaxError('a mark is missing from the stack')
  const above = machine.stack
  machine.stack = below
  return above
}

export function remember(machine: Machine, index: number): void {
  machine.memo.set(index, top(machine))
}

export function recall(machine: Machine, index: number): void {
  if (!machine.memo.has(index)) throw new SyntaxError(`memo ${index} was never set`)
  machine.stack.push(machine.memo.get(index))
}

/** What `callable(*args)` stands for, as data. */
export function call(machine: Machine, callable: unknown, args: unknown): void {
  if (!Array.isArray(args)) throw new SyntaxError('arguments that are no tuple')
  if (!(callable instanceof PythonObject)) throw new SyntaxError('a call of something that is no name')
  spend(machine, 1)
  for (const arg of args) spend(machine, sizeOf(arg))
  push(
    machine,
    isName(callable) ? valueOfCall(callable.name, args) : new PythonObject(`${callable.name}()`.slice(0, 1000), args),
  )
}

/** What making a copy of it costs. */
function sizeOf(value: unknown): number {
  if (Array.isArray(value) || typeof value === 'string') return value.length
  return value instanceof Map || value instanceof Set ? value.size : 1
}

export function append(machine: Machine, items: readonly unknown[]): void {
  const list = top(machine)
  const target = list instanceof PythonObject ? list.items : list
  if (!Array.isArray(target)) throw new SyntaxError('an append to something that is no list')
  for (const item of items) target.push(item)
}

export function setItems(machine: Machine, items: readonly unknown[]): void {
  const dict = top(machine)
  const target = dict instanceof PythonObject ? dict.entries : dict
  if (!(target instanceof Map)) throw new SyntaxError('an item set on something that is no dict')
  fill(target, items)
}

export function addItems(machine: Machine, items: readonly unknown[]): void {
  const set = top(machine)
  const target = set instanceof PythonObject ? set.items : set
  if (target instanceof Set) for (const item of items) target.add(item)
  else if (Array.isArray(target)) for (const item of items) target.push(item)
  else throw new SyntaxError('an item added to something that is no set')
}

export function dictOf(items: readonly unknown[]): Map<unknown, unknown> {
  const dict = new Map<unknown, unknown>()
  fill(dict, items)
  return dict
}

function fill(dict: Map<unknown, unknown>, items: readonly unknown[]): void {
  if (items.length % 2 !== 0) throw new SyntaxError('a key without a value')
  for (let index = 0; index < items.length; index += 2) dict.set(items[index], items[index + 1])
}

/** `__setstate__`, or what would go into `__dict__`: kept beside the object; a value of ours has no use for it. */
export function build(machine: Machine): void {
  const state = pop(machine)
  const object = top(machine)
  if (object instanceof PythonObject) object.state = state
}
