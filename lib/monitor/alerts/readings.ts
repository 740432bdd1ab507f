/** What the rules look at, turned into one reading per subject. */

import { matchesGlob } from '../../protocol/glob.ts'
import type { ClusterReader } from '../contracts.ts'
import { spoke } from '../worker-reducer.ts'
import { type AgedQueues, readAges } from './age-readings.ts'
import type { Reading } from './episode.ts'
import {
  BLIND_RULE_NAME,
  type FailureRateRule,
  percent,
  type QueueLengthRule,
  type Rule,
  type WorkerOfflineRule,
} from './rule.ts'
import { readBeatDown, readMissed, readTwoBeats, type ScheduleReadings } from './schedule-readings.ts'
import { readSeenDown, readSeenMissed, readSeenTwo, type SeenReadings } from './seen-readings.ts'

export interface Sources {
  readonly queues: AgedQueues
  readonly cluster: ClusterReader
  /** Finished and failed tasks whose name matches, over the last `windowMs`. */
  failures(taskGlob: string, windowMs: number): { readonly finished: number; readonly failed: number }
  /** Schedules as they were read last; left out where none are looked at. */
  scheduled?(): ScheduleReadings
  /** Workers that somebody has just said will not come back. */
  isForgotten?(worker: string): boolean
}

/** A rule with a glob may meet any number of names; more than these are not watched one by one. */
export const MAX_SUBJECTS = 1_000

/** Readings of one rule. `known` are subjects with an episode: they get a reading even when they are gone. */
export function readRule(rule: Rule, sources: Sources, known: readonly string[], nowMs: number): readonly Reading[] {
  switch (rule.kind) {
    case 'oldest-message':
      return readAges(rule, { queues: sources.queues, nowMs }, known).slice(0, MAX_SUBJECTS)
    case 'queue-length':
      return readQueues(rule, sources, known)
    case 'worker-offline':
      return readWorkers(rule, sources, known)
    case 'failure-rate':
      return [readFailures(rule, sources)]
    case 'beat-missed':
      return [...readSeenMissed(rule, seen(sources), known), ...readMissed(rule, scheduled(sources), known)].slice(
        0,
        MAX_SUBJECTS,
      )
    case 'beat-down':
      return [...readBeatDown(rule, scheduled(sources), known), ...readSeenDown(rule, seen(sources), known)]
    case 'two-beats':
      return [...readTwoBeats(rule, scheduled(sources), known), ...readSeenTwo(rule, seen(sources), known)]
    case 'no-data':
      return [readBlindness(rule.forSeconds * 1_000, sources)]
  }
}

function scheduled(sources: Sources): ScheduleReadings {
  return sources.scheduled?.() ?? { readers: [], nowMs: 0 }
}

function seen(sources: Sources): SeenReadings {
  const { view = { sources: [], rows: [] }, nowMs } = scheduled(sources)
  return { view, nowMs, isBlind: isBlind(sources) }
}

/** While the broker cannot be read, missing heartbeats and tasks prove nothing: what fires fires on, nothing begins. */
function isBlind({ queues }: Sources): boolean {
  return queues.latest().error !== null
}

function readQueues(rule: QueueLengthRule, { queues }: Sources, known: readonly string[]): readonly Reading[] {
  const { rows, ...round } = queues.latest()
  // Before the first round nothing is known, which is not the same as an empty queue.
  const error = round.atMs === null ? 'not read yet' : round.error
  const waiting = new Map(rows.filter((row) => matchesGlob(rule.queue, row.name)).map((row) => [row.name, row.waiting]))
  // A queue that left the list is empty: an empty queue has no key. Unless the whole round failed.
  for (const subject of known) if (!waiting.has(subject)) waiting.set(subject, error === null ? 0 : null)
  return [...waiting].slice(0, MAX_SUBJECTS).map(([subject, raw]) => {
    const value = error === null ? raw : null
    return {
      rule: rule.name,
      subject,
      value,
      limit: rule.above,
      over: value === null ? null : value > rule.above,
      well: value === null ? null : value <= rule.below,
      text:
        value === null
          ? `Queue ${subject} cannot be read`
          : `Queue ${subject} holds ${value} messages (limit ${rule.above})`,
      forMs: rule.forSeconds * 1_000,
    }
  })
}

function readWorkers(rule: WorkerOfflineRule, sources: Sources, known: readonly string[]): readonly Reading[] {
  const { cluster, isForgotten } = sources
  const blind = isBlind(sources)
  const online = new Map<string, boolean | null>()
  for (const worker of cluster.workers()) {
    // What runs without heartbeats is not gone because it has nothing to do.
    const unclear = blind || (!worker.online && !spoke(worker))
    if (matchesGlob(rule.worker, worker.name)) online.set(worker.name, unclear ? null : worker.online)
  }
  // Not seen since this program started: neither news that it is back nor that it is gone.
  for (const subject of known) if (!online.has(subject)) online.set(subject, null)
  return [...online].slice(0, MAX_SUBJECTS).map(([subject, up]) => {
    const forgotten = up === null && isForgotten?.(subject) === true
    return {
      rule: rule.name,
      subject,
      value: up === null ? null : Number(up),
      limit: null,
      over: up === null ? (forgotten ? false : null) : !up,
      well: forgotten || up,
      text: forgotten ? `Worker ${subject} was forgotten` : `Worker ${subject} is ${up ? 'online' : 'offline'}`,
      forMs: rule.forSeconds * 1_000,
    }
  })
}

function readFailures(rule: FailureRateRule, sources: Sources): Reading {
  const { finished, failed } = sources.failures(rule.task, rule.windowSeconds * 1_000)
  const blind = isBlind(sources)
  const enough = !blind && finished >= rule.minimum
  const share = finished === 0 ? 0 : failed / finished
  return {
    rule: rule.name,
    subject: rule.task,
    value: enough ? share : null,
    limit: rule.share,
    over: enough ? share > rule.share : blind ? null : false,
    // With nothing left in the window the trouble is over: nobody fails any more.
    well: blind ? null : finished === 0 || (enough ? share <= rule.belowShare : null),
    text: `${failed} of ${finished} ${rule.task === '*' ? 'tasks' : rule.task} failed (${percent(share)}, limit ${percent(rule.share)})`,
    forMs: rule.forSeconds * 1_000,
  }
}

function readBlindness(forMs: number, { queues }: Sources): Reading {
  const { error } = queues.latest()
  return {
    rule: BLIND_RULE_NAME,
    subject: 'broker',
    value: error === null ? 1 : 0,
    limit: null,
    over: error !== null,
    well: error === null,
    text: error === null ? 'The broker can be read again' : `The broker cannot be read: ${error}`,
    forMs,
  }
}
