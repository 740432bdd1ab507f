'use client'

import { useTimeText } from './clock.ts'
import {
  formatAgo,
  formatBytes,
  formatCount,
  formatDistance,
  formatDuration,
  formatMoment,
  formatRate,
  formatSeconds,
  formatTime,
  UNKNOWN,
} from './format.ts'
import { usePageSettings } from './page-settings.tsx'
import { type Store, useStore } from './store.ts'
import { type TimeForm, timeForm } from './time-form.ts'

type Maybe = number | null | undefined

interface Why {
  /** Said on hover when the value is not known. */
  readonly unknown?: string
}

const form: Store<TimeForm> = timeForm

/** A length of time; exact seconds on hover. */
export function Duration({ ms, unknown }: { readonly ms: Maybe } & Why) {
  if (typeof ms !== 'number') return <Unknown reason={unknown} />
  return <span data-tip={`${(ms / 1_000).toFixed(3)} s`}>{formatDuration(ms)}</span>
}

/** A length of time that still grows: since `sinceMs` by the server's clock. */
export function Since({ sinceMs, unknown }: { readonly sinceMs: Maybe } & Why) {
  const text = useTimeText((now) => (typeof sinceMs === 'number' ? formatSeconds(now - sinceMs) : UNKNOWN))
  if (typeof sinceMs !== 'number') return <Unknown reason={unknown} />
  return <span>{text}</span>
}

/** A moment, as an age or a time of day as the person chose; the whole moment on hover. */
export function Ago({ ms, unknown }: { readonly ms: Maybe } & Why) {
  const shown = useStore(form, 'relative')
  const { naturalTime } = usePageSettings()
  const text = useTimeText((now) => {
    if (typeof ms !== 'number') return UNKNOWN
    if (shown !== 'relative') return formatTime(ms, shown)
    return naturalTime ? formatDistance(ms, now) : formatAgo(ms, now)
  })
  if (typeof ms !== 'number') return <Unknown reason={unknown} />
  return (
    <time dateTime={toIso(ms)} data-tip={`${formatMoment(ms)}\n${formatMoment(ms, 'utc')}`}>
      {text}
    </time>
  )
}

export function Count({ value, unknown }: { readonly value: Maybe } & Why) {
  return typeof value === 'number' ? <span>{formatCount(value)}</span> : <Unknown reason={unknown} />
}

export function Rate({ perSecond, unknown }: { readonly perSecond: Maybe } & Why) {
  return typeof perSecond === 'number' ? <span>{formatRate(perSecond)}</span> : <Unknown reason={unknown} />
}

export function Bytes({ value, unknown }: { readonly value: Maybe } & Why) {
  if (typeof value !== 'number') return <Unknown reason={unknown} />
  return <span data-tip={`${formatCount(value)} bytes`}>{formatBytes(value)}</span>
}

/** What is not known is shown as such, with the reason on hover. */
export function Unknown({ reason }: { readonly reason?: string | undefined }) {
  return (
    <span className="text-fg-3" data-tip={reason ?? 'Not known'}>
      {UNKNOWN}
    </span>
  )
}

function toIso(ms: number): string | undefined {
  const at = new Date(ms)
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString()
}
