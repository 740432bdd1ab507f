'use client'

import { useCallback, useEffect, useState } from 'react'
import { messageOf } from '../../lib/errors.ts'
import type { SetAsideMessages } from '../../lib/live/http.ts'
import { request } from '../live/http.ts'

export const SET_ASIDE_PAGE = 50

export type SetAside = {
  readonly data: SetAsideMessages | null
  readonly error: string | null
  readonly refresh: () => void
}

/** The newest messages that consumers of a queue set aside; read again whenever their number, `count`, changes. */
export function useSetAside(queue: string, count: number): SetAside {
  const [round, setRound] = useState(0)
  const [answer, setAnswer] = useState<{ data: SetAsideMessages | null; error: string | null }>({
    data: null,
    error: null,
  })
  useEffect(() => {
    const stop = new AbortController()
    const address = `/umbel/queues/${encodeURIComponent(queue)}/set-aside?limit=${SET_ASIDE_PAGE}`
    request<SetAsideMessages>(address, { signal: stop.signal }).then(
      (data) => !stop.signal.aborted && setAnswer({ data, error: null }),
      (error) => !stop.signal.aborted && setAnswer((before) => ({ ...before, error: messageOf(error) })),
    )
    return () => stop.abort()
  }, [queue, count, round])
  const refresh = useCallback(() => setRound((before) => before + 1), [])
  return { ...answer, refresh }
}
