import type { BeatView, ScheduleSourceView } from '../../lib/live/schedule-views.ts'
import { Callout } from '../ui/callout.tsx'
import { useTimeText } from '../ui/clock.ts'
import { cx } from '../ui/cx.ts'
import { formatSeconds } from '../ui/format.ts'
import { Ago } from '../ui/numbers.tsx'
import { BEAT_LOOKS } from './schedule-state.ts'

/** Who sends: each source with its beats, and what is wrong with them. */
export function SourceStatus({ sources }: { readonly sources: readonly ScheduleSourceView[] }) {
  return (
    <>
      {sources.map((source) => (
        <Problems key={source.name} source={source} />
      ))}
      <ul aria-label="Beats" className="flex flex-wrap gap-x-6 gap-y-1 text-sm">
        {sources.map((source) => (
          <li key={source.name} className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-0.5">
            <span className="font-medium" data-tip={`${source.kind}\n${source.place}`}>
              {sources.length === 1 ? 'Beat' : `Beat of ${source.name}`}
            </span>
            {source.beats.length === 0 ? (
              <span className="text-fg-3">{source.error === null ? 'none was seen' : 'not known'}</span>
            ) : (
              source.beats.map((beat) => <Beat key={beat.node} beat={beat} />)
            )}
          </li>
        ))}
      </ul>
    </>
  )
}

function Problems({ source }: { readonly source: ScheduleSourceView }) {
  return (
    <>
      {source.error !== null && (
        <Callout level="bad" title={`The schedule ${source.name} cannot be read.`}>
          {source.error} What is shown of it may be old.
        </Callout>
      )}
      {source.unsafe && (
        <Callout level="warn" title={`Two beats send from ${source.name} without a lease.`}>
          Every run may be sent twice. Stop one of them, or keep the schedule in Redis, where only one at a time sends.
        </Callout>
      )}
    </>
  )
}

function Beat({ beat }: { readonly beat: BeatView }) {
  const look = BEAT_LOOKS[beat.state]
  const Icon = look.icon
  return (
    <span className="inline-flex flex-wrap items-center gap-x-1.5">
      <Icon size={14} strokeWidth={2} className={cx('shrink-0', look.color)} aria-hidden />
      <span className="break-all" data-tip={beat.software}>
        {beat.node}
      </span>
      <span className={look.loud ? 'font-medium text-bad' : 'text-fg-2'} data-tip={look.meaning}>
        {look.word}
      </span>
      <span className="text-fg-3 text-xs">
        {beat.lastTickMs !== null && (
          <>
            last tick <Ago ms={beat.lastTickMs} />
          </>
        )}
        {beat.leaseEndsMs !== null && beat.state === 'leading' && <Lease endsMs={beat.leaseEndsMs} />}
      </span>
    </span>
  )
}

function Lease({ endsMs }: { readonly endsMs: number }) {
  const text = useTimeText((now) => (endsMs > now ? `, lease ${formatSeconds(endsMs - now)}` : ', lease ran out'))
  return <span data-tip="It is renewed long before it ends">{text}</span>
}
