import type { ReactNode } from 'react'
import { Empty } from '../ui/empty.tsx'
import type { LiveState } from './live-store.ts'

export interface LiveViewProps<V> {
  readonly state: LiveState<V>
  /** The places of what is about to come. */
  readonly skeleton: ReactNode
  readonly children: (view: V, isStale: boolean) => ReactNode
}

/** What a topic shows, or why it shows nothing yet. What was shown once stays while the connection is lost. */
export function LiveView<V>({ state, skeleton, children }: LiveViewProps<V>) {
  if (state.view !== null) return children(state.view, state.freshness === 'stale' || state.freshness === 'offline')
  if (state.error !== null) return <Empty title="This cannot be shown">{state.error}</Empty>
  if (state.freshness === 'offline')
    return <Empty title="Umbel does not answer">It is tried again until it does.</Empty>
  return (
    <div role="status" aria-busy="true">
      <span className="sr-only">Loading</span>
      {skeleton}
    </div>
  )
}
