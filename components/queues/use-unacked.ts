'use client'

import { useCallback, useEffect, useState } from 'react'
import { messageOf } from '../../lib/errors.ts'
import type { UnackedMessages } from '../../lib/live/http.ts'
import { request } from '../live/http.ts'

export const UNACKED_PAGE = 50

export type Unacked = {
  readonly data: UnackedMessages | null
  readonly error: string | null
  readonly busy: boolean
  readonly refresh: () => void
}

/** The messages of a queue that were taken and not acknowledged, as of the moment of asking. */
export function useUnacked(queue: string): Unacked {
  const [round, setRound] = useState(0)
  const [answer, setAnswer] = useState<Omit<Unacked, 'refresh'>>({ data: null, error: null, busy: true })
  useEffect(() => {
    const stop = new AbortController()
    setAnswer((before) => ({ ...before, busy: true }))
    const address = `/umbel/queues/${encodeURIComponent(queue)}/unacked?limit=${UNACKED_PAGE}`
    request<UnackedMessages>(address, { signal: stop.signal }).then(
      (data) => !stop.signal.aborted && setAnswer({ data, error: null, busy: false }),
      (error) => !stop.signal.aborted && setAnswer((before) => ({ ...before, error: messageOf(error), busy: false })),
    )
    return () => stop.abort()
  }, [queue, round])
  const refresh = useCallback(() => setRound((before) => before + 1), [])
  return { ...answer, refresh }
}
