/** Python's numbers as pickles hold them, in text and in bytes. */
import { smallestInteger } from '../smallest-integer.ts'
import { exactFloat, type WholeFloat } from '../whole-float.ts'

/** Python prints no longer integer either; more takes more than linear time. */
const MAX_DIGITS = 4300
const MAX_INTEGER_BYTES = 1786

/** `42`, `42L`; and `00` and `01`, which are False and True in protocols 0 and 1. */
export function integerOfLine(line: string): number | bigint | boolean {
  if (line === '00') return false
  if (line === '01') return true
  const digits = line.endsWith('L') ? line.slice(0, -1) : line
  if (!/^[+-]?\d+$/.test(digits) || digits.length > MAX_DIGITS) throw new SyntaxError('text that is no integer')
  return smallestInteger(BigInt(digits))
}

export function floatOfLine(line: string, exactFloats: boolean): number | WholeFloat {
  const special = /^([+-]?)(inf(?:inity)?|nan)$/i.exec(line)
  if (special !== null) {
    if (special[2]?.toLowerCase() === 'nan') return Number.NaN
    return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(line)) throw new SyntaxError('text that is no float')
  return exactFloats ? exactFloat(Number(line)) : Number(line)
}

/** Two's complement, lowest byte first, of any length; none is 0. */
export function integerOfBytes(bytes: Uint8Array): number | bigint {
  if (bytes.length === 0) return 0
  if (bytes.length > MAX_INTEGER_BYTES) throw new SyntaxError('an integer has more than 4300 digits')
  let hex = ''
  for (let index = bytes.length - 1; index >= 0; index--) hex += (bytes[index] ?? 0).toString(16).padStart(2, '0')
  return smallestInteger(BigInt.asIntN(bytes.length * 8, BigInt(`0x${hex}`)))
}

/** The reverse of `integerOfBytes`, in as few bytes as Python takes. */
export function bytesOfInteger(value: bigint): Uint8Array {
  if (value === 0n) return new Uint8Array(0)
  const bytes: number[] = []
  let rest = value
  for (;;) {
    const byte = Number(BigInt.asUintN(8, rest))
    bytes.push(byte)
    rest >>= 8n
    if ((rest === 0n && byte < 0x80) || (rest === -1n && byte >= 0x80)) return Uint8Array.from(bytes)
  }
}
