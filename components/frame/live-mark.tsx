'use client'

import { CirclePause, Hand, LoaderCircle, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { StatusView } from '../../lib/live/views.ts'
import { useConnection } from '../live/use-connection.ts'
import { useLive } from '../live/use-live.ts'
import { usePause } from '../live/use-pause.ts'
import { useTimeText } from '../ui/clock.ts'
import { cx } from '../ui/cx.ts'
import { formatCount, formatDuration, formatRate, formatTime, plural, UNKNOWN } from '../ui/format.ts'
import { Popover } from '../ui/popover.tsx'
import { createStore, useStore } from '../ui/store.ts'

/** True while a list of this page waits because somebody points at it. */
export const heldMark = createStore(false)

/** How fresh the page is, ticking by data and not by the clock. A click tells what Umbel knows of itself. */
export function LiveMark() {
  const { view } = useLive({ name: 'status' })
  return (
    <Popover
      label="Connection and events"
      className="inline-flex h-control min-h-6 items-center gap-1.5 rounded-md px-2 text-xs whitespace-nowrap hover:bg-hover"
      trigger={<MarkText missed={view !== null && view.gaps.length > 0} />}
    >
      <Details status={view} />
    </Popover>
  )
}

function MarkText({ missed }: { readonly missed: boolean }) {
  const connection = useConnection()
  const { paused } = usePause()
  const held = useStore(heldMark, false)
  const silence = useTimeText((now) =>
    connection.lastWordMs === null ? '' : `${Math.max(0, Math.round((now - connection.lastWordMs) / 1_000))} s`,
  )
  const time = <span className="text-fg-3 max-phone:hidden">{formatTime(connection.lastWordMs)}</span>
  if (connection.state === 'connecting') return <Word icon={<Turning />} word="Connecting" />
  if (connection.state === 'lost') return <Word icon={<Turning />} word="Reconnecting" tone="text-warn" />
  if (connection.stale) {
    return <Word icon={<TriangleAlert size={13} aria-hidden />} word={`Stale ${silence}`} tone="text-warn" />
  }
  const warning = missed && <TriangleAlert size={12} className="text-warn" aria-label="Some events were missed" />
  if (paused) {
    return (
      <>
        <Word icon={<CirclePause size={13} aria-hidden />} word="Paused" tone="text-warn" />
        {warning}
      </>
    )
  }
  return (
    <>
      {held ? (
        <Word icon={<Hand size={13} aria-hidden />} word="Held" tone="text-fg-2" />
      ) : (
        <Word icon={<span className="size-1.5 rounded-full bg-state-succeeded" aria-hidden />} word="Live" />
      )}
      {time}
      {warning}
    </>
  )
}

interface WordProps {
  readonly icon: ReactNode
  readonly word: string
  readonly tone?: string
}

function Word({ icon, word, tone = 'text-fg-2' }: WordProps) {
  return (
    <span className={cx('inline-flex items-center gap-1.5 font-medium', tone)}>
      {icon}
      {word}
    </span>
  )
}

function Turning() {
  return <LoaderCircle size={13} className="turning" aria-hidden />
}

function Details({ status }: { readonly status: StatusView | null }) {
  const connection = useConnection()
  if (status === null) return <p className="text-sm text-fg-2">Nothing is known yet: Umbel has not answered.</p>
  const { events, broker, results } = status
  const facts: readonly (readonly [string, string])[] = [
    ['Last word', formatTime(connection.lastWordMs)],
    ['Events in', formatRate(events.perSecond)],
    ['Events, all', formatCount(events.total)],
    ['Delay, p95', formatDuration(events.lagMs)],
    ['Missed', events.missed === 0 ? 'none' : plural(events.missed, 'event')],
    ['Unreadable', events.malformed === 0 ? 'none' : plural(events.malformed, 'message')],
    ['Tasks kept', formatCount(status.counts.tasks)],
    ['Broker', `${broker.kind}, ${broker.state}`],
    ['Results', results.state === 'ok' ? 'read' : results.state === 'none' ? 'not set' : (results.reason ?? UNKNOWN)],
    ['Umbel', status.version],
  ]
  return (
    <div className="flex flex-col gap-3">
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-xs">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-fg-3">{name}</dt>
            <dd className="text-right break-words">{value}</dd>
          </div>
        ))}
      </dl>
      <p className="text-xs break-all text-fg-3">{broker.url}</p>
      {status.problems.length > 0 && (
        <ul className="flex flex-col gap-0.5 border-t border-line pt-2 text-xs text-fg-2">
          {status.problems.map((problem) => (
            <li key={`${problem.name} ${problem.queue}`} className="flex justify-between gap-4">
              <span>{problem.queue === undefined ? problem.name : `Messages set aside from ${problem.queue}`}</span>
              <span>{formatCount(problem.count)}</span>
            </li>
          ))}
        </ul>
      )}
      {status.gaps.slice(0, 3).map((gap) => (
        <p key={gap.id} className="border-t border-line pt-2 text-xs text-fg-2">
          {`${gap.missed === null ? 'Some' : `About ${formatCount(gap.missed)}`} events were missed at ${formatTime(gap.fromMs)} (${gap.why}). Repaired: ${formatCount(gap.repaired)}.`}
        </p>
      ))}
    </div>
  )
}
