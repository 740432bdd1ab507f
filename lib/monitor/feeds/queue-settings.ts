/** How a queue is set up, as far as workers and rules tell: the broker itself does not know. */
import type { QueueSettingsView } from '../../live/queue-views.ts'
import type { Fact, RuleKind } from '../../live/views.ts'
import { matchesGlob } from '../../protocol/glob.ts'
import { field } from '../served-queues.ts'
import type { FeedDeps } from './deps.ts'
import { activeQueuesOf } from './inspected.ts'
import { finite, objectsOf } from './worker-row.ts'

const ABOUT_QUEUES: ReadonlySet<RuleKind> = new Set(['queue-length', 'oldest-message'])

type Deps = Pick<FeedDeps, 'inspector' | 'alerts'>

export function queueSettings(deps: Deps, queue: string, workers: readonly string[]): QueueSettingsView {
  const { rules } = deps.alerts.view()
  return {
    declared: declaredBy(deps, queue, workers),
    rules: rules
      .filter(({ kind, settings }) => ABOUT_QUEUES.has(kind) && matchesGlob(String(settings['queue']), queue))
      .map(({ name, sentence }) => ({ name, sentence })),
  }
}

/** Messages that these workers take ahead together; null while one of them has not told. */
export function prefetchOf({ inspector }: Deps, workers: readonly string[]): number | null {
  const counts = workers.map((worker) => finite(field(inspector.answers(worker).stats?.value, 'prefetch_count')))
  const told = counts.filter((count) => count !== null)
  return told.length < counts.length || told.length === 0 ? null : told.reduce((sum, each) => sum + each, 0)
}

/** Each of its properties once; where workers differ, each value with the workers that have it. */
function declaredBy({ inspector }: Deps, queue: string, workers: readonly string[]): readonly Fact[] {
  const byName = new Map<string, Map<string, string[]>>()
  for (const worker of workers) {
    const answers = inspector.answers(worker)
    const declared = activeQueuesOf(answers).find(({ name }) => name === queue)
    const told = objectsOf(answers.active_queues?.value).find((each) => field(each, 'name') === queue)
    if (declared === undefined) continue
    const type = field(field(told, 'exchange'), 'type')
    const facts: readonly (readonly [string, string])[] = [
      ['Exchange', declared.exchange === '' ? '(the default one)' : declared.exchange],
      ['Exchange type', typeof type === 'string' ? type : ''],
      ['Routing key', declared.routingKey],
      ['Alias', declared.alias],
      ['Durable', yesNo(declared.durable)],
      ['Exclusive', yesNo(declared.exclusive)],
      ['Deleted when unused', yesNo(declared.autoDelete)],
      ['Acknowledged when delivered', yesNo(declared.noAck)],
      ['Arguments of the queue', declared.queueArguments],
      ['Arguments of the binding', declared.bindingArguments],
    ]
    for (const [name, value] of facts) note(byName, name, value, worker)
  }
  return [...byName].map(([name, values]) => ({ name, value: inWords(values) })).filter(({ value }) => value !== '')
}

function note(byName: Map<string, Map<string, string[]>>, name: string, value: string, worker: string): void {
  const values = byName.get(name) ?? new Map<string, string[]>()
  byName.set(name, values)
  values.set(value, [...(values.get(value) ?? []), worker])
}

function inWords(values: ReadonlyMap<string, readonly string[]>): string {
  if (values.size === 1) return [...values.keys()][0] ?? ''
  return [...values].map(([value, workers]) => `${value || 'none'} (${workers.join(', ')})`).join('; ')
}

function yesNo(value: boolean | null): string {
  return value === null ? '' : value ? 'yes' : 'no'
}
