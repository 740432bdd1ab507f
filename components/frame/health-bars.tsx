'use client'

import { useAction } from '../live/use-action.ts'
import { useConnection } from '../live/use-connection.ts'
import { useLive } from '../live/use-live.ts'
import { Button } from '../ui/button.tsx'
import { Callout } from '../ui/callout.tsx'
import { useNow, useTimeText } from '../ui/clock.ts'
import { formatSeconds, formatTime, plural } from '../ui/format.ts'
import { Link } from '../ui/link.tsx'
import { refusalWords } from './refusal-words.ts'

const SILENT_AFTER_MS = 45_000

/** What is broken between the browser, Umbel, the broker and the workers: three distances, three sentences. */
export function HealthBars() {
  return (
    <section aria-label="State of the connection">
      <Bars />
    </section>
  )
}

function Bars() {
  const connection = useConnection()
  const { view, freshness } = useLive({ name: 'status' })
  const now = useNow(5_000)
  if (connection.state === 'lost') return <LostBar />
  if (view === null || freshness === 'stale') return null
  const { broker, events, counts } = view
  if (
    broker.state === 'reconnecting' ||
    broker.state === 'closed' ||
    (broker.state === 'connecting' && broker.reason !== null)
  ) {
    return (
      <Callout
        level="bad"
        bar
        title={`Umbel cannot reach ${broker.url} since ${formatTime(broker.sinceMs)}${broker.reason === null ? '' : `: ${broker.reason.replace(/\.$/, '')}`}.`}
      >
        Numbers are from then; it keeps trying.
      </Callout>
    )
  }
  if (broker.refusal !== null) {
    const { title, help } = refusalWords(broker.refusal.kind, broker.url)
    return (
      <Callout level="bad" bar title={title}>
        {help} <span className="text-fg-2">{`It says: ${broker.refusal.reason}`}</span>
      </Callout>
    )
  }
  if (broker.kind === 'amqp') {
    return (
      <Callout level="info" bar title="RabbitMQ: queues only.">
        Workers, tasks and events need AMQP, which Umbel does not speak yet.{' '}
        <Link href="/broker" className="underline">
          What works
        </Link>
      </Callout>
    )
  }
  const silentMs = events.lastMs === null ? 0 : now - events.lastMs
  if (counts.workersOnline > 0 && silentMs > SILENT_AFTER_MS) {
    return <SilentBar silentMs={silentMs} workers={counts.workersOnline} />
  }
  return null
}

function LostBar() {
  const { lastWordMs, nextTryMs, tryNow } = useConnection()
  const wait = useTimeText(() =>
    nextTryMs === null
      ? 'Trying now.'
      : `Trying again in ${Math.max(1, Math.ceil((nextTryMs - Date.now()) / 1_000))} s.`,
  )
  return (
    <Callout
      level="bad"
      bar
      title="Connection to Umbel lost."
      actions={
        <Button variant="quiet" className="h-6" onClick={tryNow}>
          Try now
        </Button>
      }
    >
      {lastWordMs === null ? '' : `Showing ${formatTime(lastWordMs)}. `}
      {wait}
    </Callout>
  )
}

function SilentBar({ silentMs, workers }: { readonly silentMs: number; readonly workers: number }) {
  const { run, busy } = useAction()
  return (
    <Callout
      level="warn"
      bar
      title={`No events for ${formatSeconds(silentMs)} from ${plural(workers, 'worker')}.`}
      actions={
        <Button variant="quiet" className="h-6" busy={busy} onClick={() => run('worker.inspect', {}).catch(() => {})}>
          Ask workers
        </Button>
      }
    >
      Either nothing runs or events stopped.
    </Callout>
  )
}
