/** The answer of a schedule to "run now?". */
export interface Due {
  readonly due: boolean
  /** Milliseconds until it is worth asking again; null when this schedule never runs any more. */
  readonly nextMs: number | null
}
