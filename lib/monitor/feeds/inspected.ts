/** What a worker says of itself, as names and values for its page (wire.md D4). */
import type { Fact, SettingFact, WorkerView } from '../../live/views.ts'
import { isRecord } from '../../protocol/record.ts'
import { pythonRepr } from '../../protocol/repr.ts'
import type { WorkerAnswers } from '../contracts.ts'
import type { WorkerRecord } from '../records.ts'
import { asList, field } from '../served-queues.ts'
import { clip } from './words.ts'
import { finite, objectsOf, poolOf } from './worker-row.ts'

const VALUE_CHARACTERS = 500
const MOST_FACTS = 500
const MOST_NAMES = 2_000

/** Parts of `stats` that have a place of their own. */
const PLACED = [
  'total',
  'pool',
  'autoscaler',
  'broker',
  'consumer',
  'rusage',
  'pid',
  'clock',
  'uptime',
  'prefetch_count',
]

export function namesOf(value: unknown): readonly string[] {
  const names = asList(value).filter((name): name is string => typeof name === 'string')
  return names.slice(0, MOST_NAMES)
}

export function activeQueuesOf(answers: WorkerAnswers): WorkerView['activeQueues'] {
  const seen = new Set<string>()
  return objectsOf(answers.active_queues?.value).flatMap((queue) => {
    const name = field(queue, 'name')
    if (typeof name !== 'string' || seen.has(name)) return []
    seen.add(name)
    const exchange = field(field(queue, 'exchange'), 'name')
    const routingKey = field(queue, 'routing_key')
    const flag = (key: string) => (typeof field(queue, key) === 'boolean' ? field(queue, key) === true : null)
    return [
      {
        name,
        exchange: told(exchange),
        routingKey: told(routingKey),
        alias: told(field(queue, 'alias')),
        durable: flag('durable'),
        exclusive: flag('exclusive'),
        autoDelete: flag('auto_delete'),
        noAck: flag('no_ack'),
        queueArguments: told(field(queue, 'queue_arguments')),
        bindingArguments: told(field(queue, 'binding_arguments')),
      },
    ]
  })
}

/** What a worker counts by the names of its tasks. */
export function processedByTask(answers: WorkerAnswers): WorkerView['processedByTask'] {
  const total = field(answers.stats?.value, 'total')
  if (!isRecord(total)) return {}
  const counts = Object.entries(total).filter(([, count]) => finite(count) !== null)
  return Object.fromEntries(counts.slice(0, MOST_NAMES)) as WorkerView['processedByTask'] // only numbers are left
}

export function poolFacts(answers: WorkerAnswers): readonly Fact[] {
  const stats = answers.stats?.value
  const pool = field(stats, 'pool')
  const { implementation: _1, 'max-concurrency': _2, processes: _3, threads: _4, ...rest } = isRecord(pool) ? pool : {}
  const { 'max-tasks-per-child': _5, timeouts: _6, ...others } = rest
  const autoscaler = field(stats, 'autoscaler')
  return facts({
    Pool: poolOf(answers),
    Concurrency: field(pool, 'max-concurrency'),
    'Processes (pid)': field(pool, 'processes'),
    Threads: field(pool, 'threads'),
    'Tasks per child': field(pool, 'max-tasks-per-child'),
    'Time limits (hard, soft)': field(pool, 'timeouts'),
    Prefetch: field(stats, 'prefetch_count'),
    'Process id of the worker': field(stats, 'pid'),
    Autoscale: isRecord(autoscaler) ? `${textOf(autoscaler['min'])} to ${textOf(autoscaler['max'])}` : null,
    ...Object.fromEntries(Object.entries(others).map(([name, value]) => [humanized(name), value])),
  })
}

/** `put-guarded-by-semaphore` → `Put guarded by semaphore` */
function humanized(name: string): string {
  const words = name.replaceAll(/[-_]/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** What `stats` has that is shown nowhere else: of workers with bootsteps of their own. */
export function otherFacts(answers: WorkerAnswers): readonly Fact[] {
  const stats = answers.stats?.value
  if (!isRecord(stats)) return []
  return facts(Object.fromEntries(Object.entries(stats).filter(([name]) => !PLACED.includes(name))))
}

export function brokerFacts(answers: WorkerAnswers): readonly Fact[] {
  const stats = answers.stats?.value
  const broker = field(field(stats, 'consumer'), 'broker') ?? field(stats, 'broker')
  return isRecord(broker) ? facts(broker) : []
}

export function systemFacts(answers: WorkerAnswers, worker: WorkerRecord | undefined): readonly Fact[] {
  const stats = answers.stats?.value
  const usage = field(stats, 'rusage')
  const uptime = finite(field(stats, 'uptime'))
  return facts({
    Software: worker?.swIdent == null ? null : `${worker.swIdent} ${worker.swVer ?? ''}`.trim(),
    System: worker?.swSys,
    'Process id': field(stats, 'pid') ?? worker?.pid,
    'Up for (s)': uptime,
    'Largest memory (kB)': field(usage, 'maxrss'),
    'CPU time, user (s)': field(usage, 'utime'),
    'CPU time, system (s)': field(usage, 'stime'),
    Clock: field(stats, 'clock'),
  })
}

/** Its settings by name. `others`: the answers of the other workers that are online, by name. */
export function configurationOf(
  answers: WorkerAnswers,
  others: readonly (readonly [string, WorkerAnswers])[],
): readonly SettingFact[] {
  const conf = answers.conf?.value
  if (!isRecord(conf)) return []
  const told = others.flatMap(([worker, { conf: own }]) => (isRecord(own?.value) ? [[worker, own.value] as const] : []))
  return facts(conf)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((fact) => ({ ...fact, others: otherValues(fact, told) }))
}

const NAMED = 3

/** "4 (w2@b, w3@b), not set (w4@c)" */
function otherValues({ name, value }: Fact, others: readonly (readonly [string, object])[]): string | null {
  const byValue = new Map<string, string[]>()
  for (const [worker, conf] of others) {
    const other = field(conf, name)
    const text = other === undefined || other === null ? 'not set' : textOf(other)
    if (text === value || sameNames(name, text, value)) continue
    const workers = byValue.get(text)
    if (workers === undefined) byValue.set(text, [worker])
    else workers.push(worker)
  }
  if (byValue.size === 0) return null
  return [...byValue].map(([text, workers]) => `${text} (${namesIn(workers)})`).join(', ')
}

/** Celery makes `include` of a set: its order is chance. */
function sameNames(setting: string, a: string, b: string): boolean {
  const sorted = (text: string) =>
    text
      .replaceAll(/[[\]\s]/g, '')
      .split(',')
      .sort()
      .join()
  return setting === 'include' && sorted(a) === sorted(b)
}

function namesIn(workers: readonly string[]): string {
  const shown = workers.slice(0, NAMED).join(', ')
  return workers.length > NAMED ? `${shown} and ${workers.length - NAMED} more` : shown
}

/** Null while nothing is known: then the worker itself will say what it cannot do. */
export function poolFixed(answers: WorkerAnswers): string | null {
  if (isRecord(field(answers.stats?.value, 'autoscaler'))) return 'This worker scales its pool by itself (autoscale).'
  const pool = poolOf(answers)
  if (pool === 'solo') return 'A solo pool has one slot, always.'
  return pool === 'thread' ? 'A thread pool keeps the size it was started with.' : null
}

/** What is unknown (null) is left out. Values are shown as Python shows them, clipped. */
function facts(values: Readonly<Record<string, unknown>>): readonly Fact[] {
  return Object.entries(values)
    .filter(([, value]) => value !== null && value !== undefined)
    .slice(0, MOST_FACTS)
    .map(([name, value]) => ({ name: clip(name, 100) ?? name, value: textOf(value) }))
}

function told(value: unknown): string {
  return value === null ? '' : textOf(value)
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return clip(value, VALUE_CHARACTERS) ?? ''
  return value === undefined ? '' : pythonRepr(value, { maxLength: VALUE_CHARACTERS })
}
