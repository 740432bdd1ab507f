'use client'

import { useCallback, useEffect, useState } from 'react'
import { messageOf } from '../../lib/errors.ts'
import type { QueueMessages } from '../../lib/live/http.ts'
import { request } from '../live/http.ts'

export const MESSAGES_PAGE = 50

export type Peek = {
  readonly data: QueueMessages | null
  readonly error: string | null
  readonly busy: boolean
  readonly offset: number
  readonly goTo: (offset: number) => void
  readonly refresh: () => void
}

/** Reads what waits in a queue, without taking it: a page at a time, on demand, as of the moment of asking. */
export function useQueueMessages(queue: string): Peek {
  const [offset, setOffset] = useState(0)
  const [round, setRound] = useState(0)
  const [answer, setAnswer] = useState<{ data: QueueMessages | null; error: string | null; busy: boolean }>({
    data: null,
    error: null,
    busy: true,
  })
  useEffect(() => {
    const stop = new AbortController()
    setAnswer((before) => ({ ...before, busy: true }))
    const address = `/umbel/queues/${encodeURIComponent(queue)}/messages?offset=${offset}&limit=${MESSAGES_PAGE}`
    request<QueueMessages>(address, { signal: stop.signal }).then(
      (data) => !stop.signal.aborted && setAnswer({ data, error: null, busy: false }),
      (error) => !stop.signal.aborted && setAnswer((before) => ({ ...before, error: messageOf(error), busy: false })),
    )
    return () => stop.abort()
  }, [queue, offset, round])
  const refresh = useCallback(() => setRound((before) => before + 1), [])
  return { ...answer, offset, goTo: setOffset, refresh }
}
