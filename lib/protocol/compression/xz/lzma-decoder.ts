/** Decodes one run of LZMA symbols into the output, whose earlier bytes are its dictionary. */
import { type BoundedOutput, brokenStream } from '../bounded-output.ts'
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
import { RangeDecoder } from './range-decoder.ts'

/**
 * `size` bytes come out, which the output has room for. `start` is where the dictionary begins.
 * Throws `message/invalid`.
 */
export function decodeLzma(
  model: Model,
  coded: Uint8Array,
  output: BoundedOutput,
  { size, start }: { readonly size: number; readonly start: number },
): void {
  const range = new RangeDecoder(coded)
  const buffer = output.room(size)
  const end = output.length + size
  let at = output.length
  const positionMask = (1 << model.properties.pb) - 1
  while (at < end) {
    const positionState = (at - start) & positionMask
    if (range.bit(model.isMatch, model.state * 16 + positionState) === 0) {
      buffer[at] = readLiteral(model, range, buffer, at, start)
      at++
      model.state = afterLiteral(model.state)
      continue
    }
    const length = readMatch(model, range, positionState)
    const distance = model.repeats[0] + 1
    if (distance > at - start || length > end - at) throw brokenStream('lzma copies from outside')
    for (const to = at + length; at < to; at++) buffer[at] = buffer[at - distance] ?? 0
  }
  if (!range.isFinished) throw brokenStream('lzma with bytes left over')
  output.advance(size)
}

function readLiteral(model: Model, range: RangeDecoder, buffer: Uint8Array, at: number, start: number): number {
  const previous = at > start ? (buffer[at - 1] ?? 0) : 0
  const offset = literalOffset(model, at - start, previous)
  let symbol = 1
  if (model.state >= 7) {
    let match = buffer[at - model.repeats[0] - 1] ?? 0
    while (symbol < 0x100) {
      const matchBit = (match >> 7) & 1
      match <<= 1
      const bit = range.bit(model.literals, offset + ((1 + matchBit) << 8) + symbol)
      symbol = (symbol << 1) | bit
      if (bit !== matchBit) break
    }
  }
  while (symbol < 0x100) symbol = (symbol << 1) | range.bit(model.literals, offset + symbol)
  return symbol & 0xff
}

/** The length of a match; its distance is then the first of `repeats`. */
function readMatch(model: Model, range: RangeDecoder, positionState: number): number {
  const { state } = model
  const [first, second, third, fourth] = model.repeats
  if (range.bit(model.isRepeat, state) === 0) {
    model.state = afterMatch(state)
    const length = readLength(model.matchLength, range, positionState)
    model.repeats = [readDistance(model, range, length), first, second, third]
    return length
  }
  if (range.bit(model.isRepeat0, state) === 0) {
    if (range.bit(model.isRepeat0Long, state * 16 + positionState) === 0) {
      model.state = afterShortRepeat(state)
      return 1
    }
  } else if (range.bit(model.isRepeat1, state) === 0) model.repeats = [second, first, third, fourth]
  else if (range.bit(model.isRepeat2, state) === 0) model.repeats = [third, first, second, fourth]
  else model.repeats = [fourth, first, second, third]
  model.state = afterRepeat(state)
  return readLength(model.repeatLength, range, positionState)
}

function readLength(model: LengthModel, range: RangeDecoder, positionState: number): number {
  if (range.bit(model.choice, 0) === 0) return 2 + range.tree(model.low, positionState * 8, 3)
  if (range.bit(model.choice, 1) === 0) return 10 + range.tree(model.middle, positionState * 8, 3)
  return 18 + range.tree(model.high, 0, 8)
}

function readDistance(model: Model, range: RangeDecoder, length: number): number {
  const slot = range.tree(model.slots[slotTable(length)] ?? new Uint16Array(64), 0, 6)
  if (slot < 4) return slot
  const bits = (slot >> 1) - 1
  const base = (2 | (slot & 1)) * 2 ** bits
  if (slot < 14) return base + range.reverseTree(model.special, base - slot, bits)
  return base + range.direct(bits - 4) * 16 + range.reverseTree(model.align, 0, 4)
}
