import type { BeatView, ScheduleSourceView } from '../../lib/live/schedule-views.ts'
import { Callout } from '../ui/callout.tsx'
import { useTimeText } from '../ui/clock.ts'
import { cx } from '../ui/cx.ts'
import { formatSeconds } from '../ui/format.ts'
import { Ago } from '../ui/numbers.tsx'
import { beatsSummary, shortBeat } from './beats-summary.ts'
import { BEAT_LOOKS } from './schedule-state.ts'

type Props = { readonly sources: readonly ScheduleSourceView[] }

/** Who sends: each source with its beats, and what is wrong with them. On a phone one line, which opens. */
export function SourceStatus({ sources }: Props) {
  return (
    <>
      {sources.map((source) => (
        <Problems key={source.name} source={source} />
      ))}
      {sources.length > 0 && (
        <>
          <div className="max-md:hidden">
            <Beats sources={sources} />
          </div>
          <details className="text-sm md:hidden">
            <summary className="rounded-sm py-1">
              <span className="font-medium">Beat</span> <span className="text-fg-2">{beatsSummary(sources)}</span>
            </summary>
            <Beats sources={sources} />
          </details>
        </>
      )}
    </>
  )
}

function Beats({ sources }: Props) {
  return (
    <ul aria-label="Beats" className="flex flex-wrap gap-x-6 gap-y-1 text-sm">
      {sources.map((source) => (
        <li key={source.name} className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-0.5">
          <span className="font-medium" data-tip={`${source.kind}\n${source.place}`}>
            {source.kind === 'seen' ? 'Other beats' : sources.length === 1 ? 'Beat' : `Beat of ${source.name}`}
          </span>
          {source.beats.length === 0 ? (
            <span className="text-fg-3">{noBeats(source)}</span>
          ) : (
            // Beats of one machine may have one name.
            source.beats.map((beat, at) => <Beat key={`${beat.node} ${at}`} beat={beat} />)
          )}
        </li>
      ))}
    </ul>
  )
}

function noBeats({ kind, error }: ScheduleSourceView): string {
  if (kind === 'seen') return 'known from their messages'
  return error === null ? 'none was seen' : 'not known'
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
          Every run may be sent twice. Stop one of them
          <span className="max-md:hidden">, or keep the schedule in Redis, where only one at a time sends</span>.
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
      <span className="break-all" data-tip={`${beat.node}\n${beat.software}`}>
        {shortBeat(beat.node)}
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
        {beat.leaseEndsMs !== null && beat.state === 'leading' && (
          <>
            {beat.lastTickMs !== null && ', '}
            <Lease endsMs={beat.leaseEndsMs} />
          </>
        )}
      </span>
    </span>
  )
}

/** Ours lasts seconds and is renewed each second: counted down it would look like trouble. RedBeat's lasts minutes. */
const SHORT_LEASE_MS = 15_000

function Lease({ endsMs }: { readonly endsMs: number }) {
  const text = useTimeText((now) =>
    endsMs - now > SHORT_LEASE_MS ? `lease ${formatSeconds(endsMs - now)}` : 'holds the lease',
  )
  return <span data-tip="It is renewed long before it ends">{text}</span>
}
