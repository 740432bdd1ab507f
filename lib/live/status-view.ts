/** What the frame of every page shows, and what is wrong with what it shows. Times as in views.ts. */
export type GapView = {
  readonly id: string
  readonly fromMs: number
  readonly toMs: number
  readonly why: string
  /** How many events are known to be missing; null = unknown. */
  readonly missed: number | null
  readonly repaired: number
}

/** `queue`: messages that consumers of that queue set aside. */
export type ProblemView = {
  readonly name: string
  readonly count: number
  readonly queue?: string
}

export type StatusView = {
  readonly version: string
  readonly cluster: string
  readonly broker: {
    readonly url: string
    readonly kind: string
    readonly state: string
    readonly sinceMs: number
    readonly reason: string | null
    /** It answers but takes no message: what is wrong with it, and its own words. */
    readonly refusal: { readonly kind: 'memory' | 'disk' | 'replica' | 'replicas'; readonly reason: string } | null
  }
  readonly results: {
    readonly url: string | null
    readonly state: 'ok' | 'none' | 'unreachable'
    readonly reason: string | null
  }
  readonly events: {
    readonly perSecond: number
    readonly total: number
    readonly malformed: number
    readonly missed: number
    readonly lastMs: number | null
    /** Receipt minus the event's own time, p95 of the last seconds. */
    readonly lagMs: number | null
  }
  readonly gaps: readonly GapView[]
  /** Messages and events that could not be read, by reason. */
  readonly problems: readonly ProblemView[]
  readonly counts: {
    readonly queuesOverLimit: number
    readonly alertsFiring: number
    readonly workersOnline: number
    readonly workersTotal: number
    readonly tasks: number
  }
  readonly readOnly: boolean
}
