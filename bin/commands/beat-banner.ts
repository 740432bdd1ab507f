/** What a beat says before it starts: Celery's lines (client-cli.md B3). */
import type { ScheduleStore } from '../../lib/schedule-store/schedule-store.ts'
import { packageVersion } from '../package-root.ts'

export interface BeatBannerFacts {
  readonly nowMs: number
  /** With its password masked. */
  readonly broker: string
  readonly loader: string | null
  readonly store: Pick<ScheduleStore, 'kind' | 'place' | 'supports'>
  readonly logfile: string | null
  readonly loglevel: string
  readonly maxIntervalSeconds: number
  /** Null: it does not answer. */
  readonly remoteControl: string | null
}

export function beatBanner(facts: BeatBannerFacts): string {
  const { broker, loader, store, logfile, loglevel, maxIntervalSeconds: seconds, remoteControl } = facts
  return [
    `umbel beat v${packageVersion()} is starting.`,
    '__    -    ... __   -        _',
    `LocalTime -> ${localTime(facts.nowMs)}`,
    'Configuration ->',
    `    . broker -> ${broker}`,
    `    . loader -> ${loader ?? 'default'}`,
    `    . scheduler -> ${store.kind}${store.supports.lease ? ', with a lease' : ''}`,
    `    . db -> ${store.place}`,
    `    . logfile -> ${logfile ?? '[stderr]'}@%${loglevel.toUpperCase()}`,
    `    . maxinterval -> ${inWords(seconds)} (${seconds}s)`,
    ...(remoteControl === null ? [] : [`    . remote control -> ${remoteControl}`]),
    '',
  ].join('\n')
}

function localTime(ms: number): string {
  const date = new Date(ms)
  const two = (n: number) => String(n).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

const UNITS: readonly (readonly [number, string])[] = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
]

/** As Celery's humanize_seconds: `5.00 minutes`, `now`. */
function inWords(seconds: number): string {
  for (const [size, name] of UNITS) {
    if (seconds >= size) return `${(seconds / size).toFixed(2)} ${name}${seconds / size > 1 ? 's' : ''}`
  }
  return 'now'
}
