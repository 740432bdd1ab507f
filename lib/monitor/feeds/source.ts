/** What a topic's view is made of and what makes it old: one `Source` per watched topic, in a file named after the topic. */
import type { Json } from '../../live/changes.ts'
import type { ClusterChanges } from '../contracts.ts'

/** Something happened that views may show. `time` comes once a second. */
export type News =
  | { readonly kind: 'cluster'; readonly changes: ClusterChanges }
  | { readonly kind: 'answers'; readonly worker: string }
  | { readonly kind: 'queues' }
  | { readonly kind: 'alerts' }
  | { readonly kind: 'commands' }
  | { readonly kind: 'schedules' }
  | { readonly kind: 'time' }

export interface Source {
  /** Shortest time between two diffs, ms. Asked before each. */
  readonly everyMs: number
  /** True when the view may differ after this. Cheap: it is asked for every piece of news. */
  heeds(news: News): boolean
  /** The whole view now. Parts that did not change are the same objects as before, so that their diff costs nothing. */
  view(): Json
  /** Ends the background work of this source. */
  close?(): void
}

/** A source that learnt something by itself (a result was read) says so here. */
export type Touch = () => void
