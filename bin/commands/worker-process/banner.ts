/** What a worker says of itself before it starts: the lines of Celery's banner (worker-beat.md 1.2). */
import { arch, platform, release } from 'node:os'
import type { QueueDeclaration } from '../../../lib/client/queue-table.ts'
import { localTime } from './celery-log.ts'

export interface BannerFacts {
  readonly hostname: string
  readonly version: string
  readonly nowMs: number
  readonly app: string
  /** With the password masked. */
  readonly transport: string
  readonly results: string
  readonly pool: string
  readonly concurrency: number
  readonly autoscale: { readonly max: number; readonly min: number } | null
  readonly taskEvents: boolean
  readonly queues: readonly QueueDeclaration[]
  /** Null: they are not shown. */
  readonly tasks: readonly string[] | null
}

export function bannerText(facts: BannerFacts): string {
  const { autoscale, concurrency, pool, queues, tasks } = facts
  const slots = autoscale === null ? String(concurrency) : `{min=${autoscale.min}, max=${autoscale.max}}`
  return [
    '',
    `${facts.hostname} v${facts.version} (umbel)`,
    '',
    `${platform()}-${release()}-${arch()} node-${process.versions.node} ${localTime(new Date(facts.nowMs))}`,
    '',
    '[config]',
    `.> app:         ${facts.app}`,
    `.> transport:   ${facts.transport}`,
    `.> results:     ${facts.results}`,
    `.> concurrency: ${slots} (${pool})`,
    `.> task events: ${facts.taskEvents ? 'ON' : 'OFF (enable -E to monitor tasks in this worker)'}`,
    '',
    '[queues]',
    ...queues.map(
      ({ name, exchange, exchangeType, routingKey }) =>
        `.> ${name.padEnd(16)} exchange=${exchange}(${exchangeType}) key=${routingKey}`,
    ),
    ...(tasks === null ? [] : ['', '[tasks]', ...[...tasks].sort().map((task) => `  . ${task}`)]),
    '',
    '',
  ].join('\n')
}
