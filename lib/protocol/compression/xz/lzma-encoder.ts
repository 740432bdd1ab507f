/** Encodes bytes as LZMA symbols: at each position the longest match, where it pays, else the byte. */
import {
  afterLiteral,
  afterMatch,
  afterRepeat,
  afterShortRepeat,
  type LengthModel,
  literalOffset,
  type Model,
  slotTable,
} from './lzma-model.ts'
import { type MatchFinder, matchLength } from './match-finder.ts'
import { RangeEncoder } from './range-encoder.ts'

export interface Encoded {
  readonly coded: Uint8Array
  /** The first byte that is not in it. */
  readonly end: number
}

/** From `start` until `limit`, or until the coded bytes are about to pass `maxCoded`. */
export function encodeLzma(
  model: Model,
  bytes: Uint8Array,
  finder: MatchFinder,
  { start, limit, maxCoded }: { readonly start: number; readonly limit: number; readonly maxCoded: number },
): Encoded {
  const range = new RangeEncoder()
  let at = start
  // No symbol takes more than 16 bytes.
  while (at < limit && range.size + 16 < maxCoded) {
    const length = writeSymbol(model, range, bytes, finder, at, limit)
    for (const end = at + length; at < end; at++) finder.add(at)
  }
  return { coded: range.finish(), end: at }
}

function writeSymbol(
  model: Model,
  range: RangeEncoder,
  bytes: Uint8Array,
  finder: MatchFinder,
  at: number,
  limit: number,
): number {
  const positionState = at & ((1 << model.properties.pb) - 1)
  const [repeat, repeatLength] = bestRepeat(model, bytes, at, limit)
  const match = finder.find(at, limit)
  const matchBit = model.state * 16 + positionState
  if (repeatLength >= 2 && repeatLength + 1 >= match.length) {
    range.bit(model.isMatch, matchBit, 1)
    writeRepeat(model, range, repeat, repeatLength, positionState)
    return repeatLength
  }
  if (match.length >= 3 && (match.length > 3 || match.distance < 4096)) {
    range.bit(model.isMatch, matchBit, 1)
    writeMatch(model, range, match.length, match.distance, positionState)
    return match.length
  }
  if (repeatLength === 1 && repeat === 0 && model.state >= 7) {
    range.bit(model.isMatch, matchBit, 1)
    range.bit(model.isRepeat, model.state, 1)
    range.bit(model.isRepeat0, model.state, 0)
    range.bit(model.isRepeat0Long, matchBit, 0)
    model.state = afterShortRepeat(model.state)
    return 1
  }
  range.bit(model.isMatch, matchBit, 0)
  writeLiteral(model, range, bytes, at)
  return 1
}

/** Which of the last four distances matches longest, and how long. */
function bestRepeat(model: Model, bytes: Uint8Array, at: number, limit: number): readonly [number, number] {
  let best = 0
  let bestLength = 0
  model.repeats.forEach((distance, index) => {
    if (distance >= at) return
    const length = matchLength(bytes, at - distance - 1, at, limit)
    if (length <= bestLength) return
    best = index
    bestLength = length
  })
  return [best, bestLength]
}

function writeLiteral(model: Model, range: RangeEncoder, bytes: Uint8Array, at: number): void {
  const byte = bytes[at] ?? 0
  const offset = literalOffset(model, at, at > 0 ? (bytes[at - 1] ?? 0) : 0)
  let symbol = 1
  let shift = 7
  if (model.state >= 7) {
    const match = bytes[at - model.repeats[0] - 1] ?? 0
    for (; shift >= 0; shift--) {
      const matchBit = (match >> shift) & 1
      const bit = (byte >> shift) & 1
      range.bit(model.literals, offset + ((1 + matchBit) << 8) + symbol, bit)
      symbol = (symbol << 1) | bit
      if (bit !== matchBit) {
        shift--
        break
      }
    }
  }
  for (; shift >= 0; shift--) {
    const bit = (byte >> shift) & 1
    range.bit(model.literals, offset + symbol, bit)
    symbol = (symbol << 1) | bit
  }
  model.state = afterLiteral(model.state)
}

function writeRepeat(model: Model, range: RangeEncoder, index: number, length: number, positionState: number): void {
  const { state } = model
  const [first, second, third, fourth] = model.repeats
  range.bit(model.isRepeat, state, 1)
  range.bit(model.isRepeat0, state, index === 0 ? 0 : 1)
  if (index === 0) range.bit(model.isRepeat0Long, state * 16 + positionState, 1)
  else {
    range.bit(model.isRepeat1, state, index === 1 ? 0 : 1)
    if (index > 1) range.bit(model.isRepeat2, state, index === 2 ? 0 : 1)
    if (index === 1) model.repeats = [second, first, third, fourth]
    else if (index === 2) model.repeats = [third, first, second, fourth]
    else model.repeats = [fourth, first, second, third]
  }
  writeLength(model.repeatLength, range, length, positionState)
  model.state = afterRepeat(state)
}

function writeMatch(model: Model, range: RangeEncoder, length: number, distance: number, positionState: number): void {
  range.bit(model.isRepeat, model.state, 0)
  writeLength(model.matchLength, range, length, positionState)
  writeDistance(model, range, length, distance)
  const [first, second, third] = model.repeats
  model.repeats = [distance, first, second, third]
  model.state = afterMatch(model.state)
}

function writeLength(model: LengthModel, range: RangeEncoder, length: number, positionState: number): void {
  range.bit(model.choice, 0, length < 10 ? 0 : 1)
  if (length < 10) {
    range.tree(model.low, positionState * 8, 3, length - 2)
    return
  }
  range.bit(model.choice, 1, length < 18 ? 0 : 1)
  if (length < 18) range.tree(model.middle, positionState * 8, 3, length - 10)
  else range.tree(model.high, 0, 8, length - 18)
}

function writeDistance(model: Model, range: RangeEncoder, length: number, distance: number): void {
  const highest = 31 - Math.clz32(distance)
  const slot = distance < 4 ? distance : highest * 2 + ((distance >>> (highest - 1)) & 1)
  range.tree(model.slots[slotTable(length)] ?? new Uint16Array(64), 0, 6, slot)
  if (slot < 4) return
  const bits = (slot >> 1) - 1
  const base = (2 | (slot & 1)) << bits
  const rest = distance - base
  if (slot < 14) range.reverseTree(model.special, base - slot, bits, rest)
  else {
    range.direct(bits - 4, rest >>> 4)
    range.reverseTree(model.align, 0, 4, rest & 15)
  }
}
