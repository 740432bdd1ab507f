/**
 * The answer of a decoder on data from outside: the value, or why there is none. Decoders return it instead of
 * throwing, because one bad peer must not cost a stack trace per message; the caller counts `why` and shows `detail`.
 */
export type Decoded<T, W extends string = string> = Good<T> | Bad<W>

export interface Good<T> {
  readonly ok: true
  readonly value: T
}

export interface Bad<W extends string = string> {
  readonly ok: false
  /** For counting: one of a short list. */
  readonly why: W
  /** For a person: one sentence, bounded. */
  readonly detail: string
}

export function good<T>(value: T): Good<T> {
  return { ok: true, value }
}

/** Longest `detail`: it may quote what somebody sent. */
const MAX_DETAIL = 300

export function bad<W extends string>(why: W, detail: string): Bad<W> {
  return { ok: false, why, detail: detail.length > MAX_DETAIL ? `${detail.slice(0, MAX_DETAIL)}...` : detail }
}
