/** How the run of a body ended, as a pool reports it. */
import type { Failure, RetryPlan } from './request.ts'

export type Outcome =
  | { readonly type: 'returned'; readonly value: unknown }
  | { readonly type: 'raised'; readonly failure: Failure }
  | { readonly type: 'retried'; readonly plan: RetryPlan }
  | { readonly type: 'rejected'; readonly requeue: boolean; readonly failure: Failure }
  | { readonly type: 'ignored' }
  | { readonly type: 'timed-out'; readonly limitSeconds: number }
  | { readonly type: 'terminated'; readonly signum: number }
  | { readonly type: 'cancelled' }
