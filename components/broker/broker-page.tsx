'use client'

import { CircleCheck, CircleOff, LoaderCircle } from 'lucide-react'
import type { BrokerQueueView, BrokerView } from '../../lib/live/broker-view.ts'
import { Page } from '../frame/page.tsx'
import { queueHref } from '../queues/queue-columns.tsx'
import { Callout } from '../ui/callout.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { Link } from '../ui/link.tsx'
import { Ago, Count, Unknown } from '../ui/numbers.tsx'
import { Panel } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { FactsTable } from '../workers/facts-table.tsx'
import { useBroker } from './use-broker.ts'

/** The server that messages go through: is it there, can it lose any, and what lies in it. */
export function BrokerPage() {
  const { view, error } = useBroker()
  return (
    <Page title="Broker">
      <div className="flex flex-col gap-4">
        {error !== null && <Callout level="bad" title="The broker could not be asked.">{` ${error}`}</Callout>}
        {view === null ? error === null && <Waiting /> : <Broker view={view} />}
      </div>
    </Page>
  )
}

function Waiting() {
  return (
    <Panel flush>
      <Skeleton rows={8} />
    </Panel>
  )
}

const KINDS: Readonly<Record<string, string>> = { redis: 'Redis', amqp: 'RabbitMQ', memory: 'Memory of this process' }

function Broker({ view }: { readonly view: BrokerView }) {
  return (
    <>
      <dl className="flex min-w-0 flex-wrap gap-x-8 gap-y-2 text-sm">
        <Fact name="Address">
          <span className="break-all font-mono text-xs">{view.url}</span>
        </Fact>
        <Fact name="Kind">{KINDS[view.kind] ?? view.kind}</Fact>
        <Fact name="State">
          <State state={view.state} />
        </Fact>
        <Fact name="Since">
          <Ago ms={view.sinceMs} />
        </Fact>
      </dl>
      {view.kind === 'amqp' && (
        <Callout level="info" title="What works with RabbitMQ today:">
          this page and the lengths of queues, read through its management API. Events, workers, tasks and orders need
          AMQP itself, which Umbel does not speak yet.
        </Callout>
      )}
      {view.warnings.map((warning) => (
        <Callout key={warning} level="warn">
          {warning}
        </Callout>
      ))}
      <Panel cards title="Queues">
        <DataTable<BrokerQueueView>
          label="Queues of the broker"
          rows={view.queues}
          columns={COLUMNS}
          rowKey={(queue) => queue.name}
          href={(queue) => queueHref(queue.name)}
          empty={<p className="px-cell-x py-4 text-fg-3 text-sm">No queue is known yet.</p>}
        />
      </Panel>
      {view.facts !== null && (
        <Panel flush title={KINDS[view.kind] ?? view.kind}>
          <FactsTable label="What the broker tells of itself" facts={view.facts} empty="It told nothing of itself." />
        </Panel>
      )}
    </>
  )
}

const STATES: Readonly<Record<string, readonly [icon: typeof CircleCheck, word: string, color: string]>> = {
  ready: [CircleCheck, 'Answers', 'text-fg-3'],
  connecting: [LoaderCircle, 'Connecting', 'text-fg-3'],
  reconnecting: [CircleOff, 'Does not answer', 'text-bad'],
  closed: [CircleOff, 'Closed', 'text-fg-3'],
}

function State({ state }: { readonly state: string }) {
  const [Icon, word, color] = STATES[state] ?? [CircleOff, state, 'text-fg-3']
  return (
    <span data-state={state} className={`whitespace-nowrap ${color}`}>
      <Icon size={14} strokeWidth={2} className="mr-1.5 inline-block align-[-0.17em]" aria-hidden />
      <span className="text-fg-2">{word}</span>
    </span>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-2xs text-fg-3">{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

const figure = (id: 'messages' | 'unacked' | 'ready' | 'consumers', head: string, tip: string) =>
  ({
    id,
    head,
    tip,
    align: 'right',
    first: 'down',
    className: 'md:w-28',
    sort: (queue) => queue[id],
    cell: (queue) => <Count value={queue[id]} unknown="The broker does not tell" />,
  }) satisfies Column<BrokerQueueView>

const COLUMNS: readonly Column<BrokerQueueView>[] = [
  {
    id: 'name',
    head: 'Queue',
    sort: (queue) => queue.name,
    cell: (queue) => (
      <Link href={queueHref(queue.name)} className="font-medium hover:underline">
        {queue.name}
      </Link>
    ),
  },
  figure('messages', 'Messages', 'Ready and unacknowledged together'),
  figure('unacked', 'Unacked', 'Taken by workers and not yet acknowledged'),
  figure('ready', 'Ready', 'Waiting to be taken'),
  figure('consumers', 'Consumers', 'Workers that take from it'),
  {
    id: 'idle',
    head: 'Idle since',
    align: 'right',
    className: 'md:w-44 whitespace-nowrap',
    cell: (queue) => {
      const sinceMs = queue.idleSince === null ? Number.NaN : Date.parse(`${queue.idleSince.replace(' ', 'T')}Z`)
      return Number.isNaN(sinceMs) ? (
        (queue.idleSince ?? <Unknown reason="The broker does not tell" />)
      ) : (
        <Ago ms={sinceMs} />
      )
    },
  },
]
