/**
 * The operations of pickle protocols 0 to 5, by their byte, as the documentation of Python's pickletools names them.
 * They put values together; the ones that would call something leave a description of the call (`python-calls.ts`).
 */
import { lossyUtf8Of, utf8Of } from '../byte-reader.ts'
import { PythonObject } from '../python-object.ts'
import { decodeEscapes } from '../string-escapes.ts'
import { exactFloat } from '../whole-float.ts'
import {
  addItems,
  append,
  build,
  call,
  dictOf,
  type Machine,
  mark,
  pop,
  popMark,
  popSome,
  push,
  pushNew,
  recall,
  remember,
  setItems,
  top,
} from './machine.ts'
import { floatOfLine, integerOfBytes, integerOfLine } from './numbers.ts'
import { globalName } from './python-calls.ts'

type Operation = (machine: Machine) => void

const HIGHEST_PROTOCOL = 5

export const OPERATIONS: readonly (Operation | undefined)[] = table({
  // Values
  N: (m) => push(m, null),
  '\x88': (m) => push(m, true),
  '\x89': (m) => push(m, false),
  I: (m) => push(m, integerOfLine(m.reader.line())),
  L: (m) => push(m, integerOfLine(m.reader.line())),
  J: (m) => push(m, i32(m)),
  K: (m) => push(m, m.reader.u8()),
  M: (m) => push(m, u16(m)),
  '\x8a': (m) => push(m, integerOfBytes(m.reader.take(m.reader.u8()))),
  '\x8b': (m) => push(m, integerOfBytes(m.reader.take(i32(m)))),
  F: (m) => push(m, floatOfLine(m.reader.line(), m.exactFloats)),
  G: (m) => push(m, float(m)),
  S: (m) => push(m, quotedText(m.reader.line())),
  T: (m) => push(m, python2Text(m.reader.take(i32(m)))),
  U: (m) => push(m, python2Text(m.reader.take(m.reader.u8()))),
  V: (m) => push(m, rawUnicode(m.reader.line())),
  X: (m) => push(m, lossyUtf8Of(m.reader.take(u32(m)))),
  '\x8c': (m) => push(m, lossyUtf8Of(m.reader.take(m.reader.u8()))),
  '\x8d': (m) => push(m, lossyUtf8Of(m.reader.take(u64(m)))),
  B: (m) => push(m, m.reader.take(u32(m)).slice()),
  C: (m) => push(m, m.reader.take(m.reader.u8()).slice()),
  '\x8e': (m) => push(m, m.reader.take(u64(m)).slice()),
  '\x96': (m) => push(m, m.reader.take(u64(m)).slice()),
  // Containers
  ')': (m) => pushNew(m, []),
  t: (m) => pushNew(m, popMark(m)),
  '\x85': (m) => pushNew(m, popSome(m, 1)),
  '\x86': (m) => pushNew(m, popSome(m, 2)),
  '\x87': (m) => pushNew(m, popSome(m, 3)),
  ']': (m) => pushNew(m, []),
  l: (m) => pushNew(m, popMark(m)),
  a: (m) => append(m, popSome(m, 1)),
  e: (m) => append(m, popMark(m)),
  '}': (m) => pushNew(m, new Map()),
  d: (m) => pushNew(m, dictOf(popMark(m))),
  s: (m) => setItems(m, popSome(m, 2)),
  u: (m) => setItems(m, popMark(m)),
  '\x8f': (m) => pushNew(m, new Set()),
  '\x90': (m) => addItems(m, popMark(m)),
  '\x91': (m) => pushNew(m, new Set(popMark(m))),
  // Stack and memo
  '(': mark,
  '0': popOne,
  '1': (m) => void popMark(m),
  '2': (m) => push(m, top(m)),
  p: (m) => remember(m, indexOfLine(m.reader.line())),
  q: (m) => remember(m, m.reader.u8()),
  r: (m) => remember(m, u32(m)),
  '\x94': (m) => remember(m, m.memo.size),
  g: (m) => recall(m, indexOfLine(m.reader.line())),
  h: (m) => recall(m, m.reader.u8()),
  j: (m) => recall(m, u32(m)),
  // Classes and calls
  c: (m) => pushGlobal(m, m.reader.line(), m.reader.line()),
  '\x93': stackGlobal,
  R: (m) => callWith(m, popSome(m, 2)),
  '\x81': (m) => callWith(m, popSome(m, 2)),
  '\x92': newWithKeywords,
  i: (m) => call(m, new PythonObject(globalName(m.reader.line(), m.reader.line()), null), popMark(m)),
  o: callAboveMark,
  b: build,
  P: (m) => pushNew(m, new PythonObject('pickle.persistent_load', [m.reader.line()])),
  Q: (m) => pushNew(m, new PythonObject('pickle.persistent_load', [pop(m)])),
  '\x82': (m) => extension(m, m.reader.u8()),
  '\x83': (m) => extension(m, u16(m)),
  '\x84': (m) => extension(m, i32(m)),
  // Frame of the whole
  '\x80': protocol,
  '\x95': (m) => void u64(m),
  '\x98': () => {},
  '.': (m) => {
    m.done = true
  },
})

function table(operations: Readonly<Record<string, Operation>>): (Operation | undefined)[] {
  const byCode: (Operation | undefined)[] = new Array(256).fill(undefined)
  for (const [character, operation] of Object.entries(operations)) byCode[character.charCodeAt(0)] = operation
  return byCode
}

function protocol(machine: Machine): void {
  const version = machine.reader.u8()
  if (version > HIGHEST_PROTOCOL) throw new SyntaxError(`protocol ${version} is not known`)
}

/** Also takes away a mark, as Python does. */
function popOne(machine: Machine): void {
  if (machine.stack.length > 0) machine.stack.pop()
  else popMark(machine)
}

function pushGlobal(machine: Machine, module: string, name: string): void {
  if (module.length + name.length > 1000) throw new SyntaxError('a name of more than 1000 characters')
  pushNew(machine, new PythonObject(globalName(module, name), null))
}

function stackGlobal(machine: Machine): void {
  const [module, name] = popSome(machine, 2)
  if (typeof module !== 'string' || typeof name !== 'string') throw new SyntaxError('a name that is no text')
  pushGlobal(machine, module, name)
}

function callWith(machine: Machine, [callable, args]: unknown[]): void {
  call(machine, callable, args)
}

function newWithKeywords(machine: Machine): void {
  const [type, args, keywords] = popSome(machine, 3)
  call(machine, type, args)
  const made = top(machine)
  if (made instanceof PythonObject) made.state = keywords
}

function callAboveMark(machine: Machine): void {
  const [type, ...args] = popMark(machine)
  call(machine, type, args)
}

function extension(machine: Machine, code: number): void {
  pushNew(machine, new PythonObject(`copyreg.extension_${code}`, null))
}

function u16({ reader }: Machine): number {
  const { data, at } = reader.view(2)
  return data.getUint16(at, true)
}

function u32({ reader }: Machine): number {
  const { data, at } = reader.view(4)
  return data.getUint32(at, true)
}

function i32({ reader }: Machine): number {
  const { data, at } = reader.view(4)
  return data.getInt32(at, true)
}

/** As a length: what is beyond 2^53 is beyond every message. */
function u64({ reader }: Machine): number {
  const { data, at } = reader.view(8)
  return Number(data.getBigUint64(at, true))
}

function float({ reader, exactFloats }: Machine): unknown {
  const { data, at } = reader.view(8)
  const value = data.getFloat64(at)
  return exactFloats ? exactFloat(value) : value
}

function indexOfLine(line: string): number {
  const index = Number(line)
  if (!/^\d{1,10}$/.test(line)) throw new SyntaxError('a memo index that is no number')
  return index
}

/** Python 2's str in quotes with escapes, each character a byte. */
function quotedText(line: string): unknown {
  const quote = line[0]
  if (line.length < 2 || (quote !== "'" && quote !== '"') || line.at(-1) !== quote) {
    throw new SyntaxError('a text without quotes')
  }
  const text = decodeEscapes(line.slice(1, -1), true)
  if (text === null) throw new SyntaxError('an escape that Python refuses')
  return python2Text(Uint8Array.from(text, (character) => character.charCodeAt(0)))
}

/** Python 2's str may be text or bytes: it is text where it can be. */
function python2Text(bytes: Uint8Array): string | Uint8Array {
  try {
    return utf8Of(bytes)
  } catch {
    return bytes.slice()
  }
}

/** Characters as they are, and only `\uXXXX` and `\UXXXXXXXX` as escapes. */
function rawUnicode(line: string): string {
  return line.replace(/\\(?:u([\da-fA-F]{4})|U([\da-fA-F]{8}))/g, (whole, four, eight) => {
    const code = Number.parseInt(four ?? eight, 16)
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}
