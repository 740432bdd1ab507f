'use client'

import { useCallback, useEffect, useState } from 'react'
import { messageOf } from '../../lib/errors.ts'
import { request } from './http.ts'

export type Answer<T> = {
  /** The last good answer; it stays while another one is on its way. */
  readonly data: T | null
  readonly error: string | null
  readonly busy: boolean
  readonly refresh: () => void
}

/**
 * What an address of Umbel answers, as of the moment of asking; asked again when the address or `version` changes.
 * `T` is what lib/live/http.ts says of the address.
 */
export function useAnswer<T>(address: string, version: unknown = null): Answer<T> {
  const [round, setRound] = useState(0)
  const [answer, setAnswer] = useState<Omit<Answer<T>, 'refresh'>>({ data: null, error: null, busy: true })
  useEffect(() => {
    const stop = new AbortController()
    setAnswer((before) => ({ ...before, busy: true }))
    request<T>(address, { signal: stop.signal }).then(
      (data) => !stop.signal.aborted && setAnswer({ data, error: null, busy: false }),
      (error) => !stop.signal.aborted && setAnswer((before) => ({ ...before, error: messageOf(error), busy: false })),
    )
    return () => stop.abort()
  }, [address, round, version])
  const refresh = useCallback(() => setRound((before) => before + 1), [])
  return { ...answer, refresh }
}
