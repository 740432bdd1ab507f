'use client'

import { useCallback, useRef, useSyncExternalStore } from 'react'
import { formatTopic, type Topic } from '../../lib/live/topic.ts'
import type { ViewOf } from '../../lib/live/topic-views.ts'
import { useLiveStore } from './live-provider.tsx'
import { type LiveState, LOADING } from './live-store.ts'

/**
 * The present state of a topic, at most five changes a second. Components of one page that follow the same topic share
 * one subscription; parts of the view that did not change stay the same objects.
 */
export function useLive<T extends Topic>(topic: T): LiveState<ViewOf<T>> {
  const store = useLiveStore()
  const key = formatTopic(topic)
  const subscribe = useCallback((listener: () => void) => store.watch(key, listener), [store, key])
  const current = useCallback(() => store.state(key), [store, key])
  const state = useSyncExternalStore(subscribe, current, () => LOADING)
  // The server fills each topic with its own view (lib/monitor/feeds); the name ties the types together.
  return state as unknown as LiveState<ViewOf<T>>
}

/** As `useLive`; while the first snapshot of a changed topic is awaited it goes on showing what it had before. */
export function useLiveKept<T extends Topic>(topic: T): LiveState<ViewOf<T>> {
  const state = useLive(topic)
  const kept = useRef<LiveState<ViewOf<T>> | null>(null)
  if (state.view !== null) kept.current = state
  if (state.view !== null || state.error !== null || kept.current === null) return state
  return { ...kept.current, freshness: state.freshness }
}
