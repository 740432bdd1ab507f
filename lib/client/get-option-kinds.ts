/** The options of `get` and `join`: one that is misspelt (`timout`) would wait for ever. */
import type { GetOptions } from './async-result.ts'
import * as kinds from './option-kinds.ts'
import { checkOptions, type OptionKind, orNone } from './option-kinds.ts'

const GET_OPTIONS = {
  timeout: orNone(kinds.FINITE),
  interval: kinds.SECONDS,
  onMessage: kinds.FUNCTION,
  disableSyncSubtasks: kinds.FLAG,
  propagate: kinds.FLAG,
  followParents: kinds.FLAG,
  callback: kinds.FUNCTION,
} satisfies Record<keyof GetOptions, OptionKind>

/** Throws option/unknown or option/invalid. */
export function checkGetOptions(options: object): void {
  checkOptions('get()', options, GET_OPTIONS)
}
