/** What a running task knows of its own call: `self.request` (worker-beat.md 2.9). */
export interface TaskRequest {
  readonly id: string
  readonly task: string
  readonly args: readonly unknown[]
  readonly kwargs: Readonly<Record<string, unknown>>
  readonly retries: number
  readonly eta: string | null
  readonly expires: string | number | null
  readonly rootId: string | null
  readonly parentId: string | null
  readonly group: string | null
  readonly groupIndex: number | null
  readonly origin: string | null
  readonly shadow: string | null
  readonly argsrepr: string | null
  readonly kwargsrepr: string | null
  readonly ignoreResult: boolean | null
  /** Seconds: hard, soft. */
  readonly timelimit: readonly [number | null, number | null]
  readonly timeLimit: number | null
  readonly softTimeLimit: number | null
  readonly correlationId: string | null
  readonly replyTo: string | null
  readonly callbacks: readonly unknown[] | null
  readonly errbacks: readonly unknown[] | null
  readonly chain: readonly unknown[] | null
  readonly chord: unknown | null
  readonly replacedTaskNesting: number
  readonly stampedHeaders: readonly string[] | null
  readonly stamps: Readonly<Record<string, unknown>>
  /** Custom headers only; null when there are none. */
  readonly headers: Readonly<Record<string, unknown>> | null
  /** Name of the worker. */
  readonly hostname: string
  readonly deliveryInfo: {
    readonly exchange: string
    readonly routing_key: string
    readonly priority: number
    readonly redelivered: boolean
  }
  readonly isEager: boolean
  readonly calledDirectly: boolean
}
