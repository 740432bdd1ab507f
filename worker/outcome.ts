/** How the run of a body ended, as a pool reports it. */
import type { RunHooks } from './hooks.ts'
import type { Failure, RetryPlan } from './request.ts'

export type Outcome = HowItEnded & {
  /** Handlers wait for the result to be stored. Has to be called once; the slot is free after that. */
  readonly hooks?: RunHooks
}

export type HowItEnded =
  | { readonly type: 'returned'; readonly value: unknown }
  | { readonly type: 'raised'; readonly failure: Failure; readonly expected?: boolean }
  | { readonly type: 'retried'; readonly plan: RetryPlan }
  | { readonly type: 'rejected'; readonly requeue: boolean; readonly failure: Failure }
  | { readonly type: 'ignored' }
  | { readonly type: 'timed-out'; readonly limitSeconds: number }
  | { readonly type: 'terminated'; readonly signum: number }
  | { readonly type: 'cancelled' }
  /** Its process is gone; `reason` is Celery's text. */
  | { readonly type: 'lost'; readonly reason: string }
