/** The probabilities of LZMA, which its encoder and its decoder keep in step, and the states they depend on. */

export const PROBABILITY_BITS = 11
const HALF = 1 << (PROBABILITY_BITS - 1)

export const STATES = 12
const POSITION_STATES = 16
export const MIN_MATCH = 2
export const MAX_MATCH = 273

/** Literals depend on the `lc` highest bits of the byte before and the `lp` lowest of the position, matches on `pb`. */
export interface Properties {
  readonly lc: number
  readonly lp: number
  readonly pb: number
}

export interface LengthModel {
  readonly choice: Uint16Array
  /** 8 probabilities for each state of the position. */
  readonly low: Uint16Array
  readonly middle: Uint16Array
  readonly high: Uint16Array
}

export interface Model {
  readonly properties: Properties
  readonly literals: Uint16Array
  readonly isMatch: Uint16Array
  readonly isRepeat: Uint16Array
  readonly isRepeat0: Uint16Array
  readonly isRepeat0Long: Uint16Array
  readonly isRepeat1: Uint16Array
  readonly isRepeat2: Uint16Array
  readonly slots: readonly Uint16Array[]
  readonly special: Uint16Array
  readonly align: Uint16Array
  readonly matchLength: LengthModel
  readonly repeatLength: LengthModel
  /** Which kinds the last symbols were. Below 7 the last one was a literal. */
  state: number
  /** The last four distances, less one. */
  repeats: [number, number, number, number]
}

export function createModel(properties: Properties): Model {
  return {
    properties,
    literals: evens(0x300 << (properties.lc + properties.lp)),
    isMatch: evens(STATES * POSITION_STATES),
    isRepeat: evens(STATES),
    isRepeat0: evens(STATES),
    isRepeat0Long: evens(STATES * POSITION_STATES),
    isRepeat1: evens(STATES),
    isRepeat2: evens(STATES),
    slots: [evens(64), evens(64), evens(64), evens(64)],
    special: evens(128),
    align: evens(16),
    matchLength: lengthModel(),
    repeatLength: lengthModel(),
    state: 0,
    repeats: [0, 0, 0, 0],
  }
}

function evens(count: number): Uint16Array {
  return new Uint16Array(count).fill(HALF)
}

function lengthModel(): LengthModel {
  return { choice: evens(2), low: evens(POSITION_STATES * 8), middle: evens(POSITION_STATES * 8), high: evens(256) }
}

export function afterLiteral(state: number): number {
  if (state < 4) return 0
  return state < 10 ? state - 3 : state - 6
}

export function afterMatch(state: number): number {
  return state < 7 ? 7 : 10
}

export function afterRepeat(state: number): number {
  return state < 7 ? 8 : 11
}

export function afterShortRepeat(state: number): number {
  return state < 7 ? 9 : 11
}

/** Where the probabilities of a literal begin. */
export function literalOffset({ properties: { lc, lp } }: Model, position: number, previous: number): number {
  return 0x300 * (((position & ((1 << lp) - 1)) << lc) + (previous >> (8 - lc)))
}

/** Which of the four tables of slots a match of this length uses. */
export function slotTable(length: number): number {
  return Math.min(length - MIN_MATCH, 3)
}
