'use client'

import { useEffect, useState } from 'react'
import { messageOf } from '../../lib/errors.ts'
import type { BrokerView } from '../../lib/live/broker-view.ts'
import { request } from '../live/http.ts'
import { usePause } from '../live/use-pause.ts'

const EVERY_MS = 3_000

export type BrokerAnswer = { readonly view: BrokerView | null; readonly error: string | null }

/** The broker as it is, asked every few seconds while the page is looked at and not paused. */
export function useBroker(): BrokerAnswer {
  const [answer, setAnswer] = useState<BrokerAnswer>({ view: null, error: null })
  const { paused } = usePause()
  useEffect(() => {
    const stop = new AbortController()
    let busy = false
    const ask = async () => {
      if (busy || document.hidden) return
      busy = true
      try {
        const view = await request<BrokerView>('/umbel/broker', { signal: stop.signal })
        if (!stop.signal.aborted) setAnswer({ view, error: null })
      } catch (error) {
        if (!stop.signal.aborted) setAnswer((before) => ({ ...before, error: messageOf(error) }))
      } finally {
        busy = false
      }
    }
    void ask()
    const timer = paused ? null : setInterval(ask, EVERY_MS)
    return () => {
      stop.abort()
      if (timer !== null) clearInterval(timer)
    }
  }, [paused])
  return answer
}
