/**
 * What an alert rule is: parsed once, at the edge, from the config file, the page or the alert store.
 * Hysteresis: an alert starts above one level and ends only at or below another, so that a value that trembles around
 * the limit does not send a message each time.
 */
import { z } from 'zod'

const name = z.string().trim().min(1).max(100)
const channels = z.array(z.string().min(1)).max(20).default([])
const enabled = z.boolean().default(true)
const seconds = z.number().min(0).max(86_400)
const glob = z.string().min(1).max(255)

const queueLength = z
  .strictObject({
    name,
    kind: z.literal('queue-length'),
    /** Queue name or glob (`*`, `?`). */
    queue: glob,
    above: z.number().int().min(0),
    /** Ends at or below this; default 80 % of `above`. */
    below: z.number().int().min(0).optional(),
    forSeconds: seconds.default(0),
    channels,
    enabled,
  })
  .refine((rule) => rule.below === undefined || rule.below <= rule.above, {
    path: ['below'],
    message: 'expected a number not over `above`',
  })
  .transform((rule) => ({ ...rule, below: rule.below ?? Math.floor(rule.above * 0.8) }))

const oldestMessage = z
  .strictObject({
    name,
    kind: z.literal('oldest-message'),
    /** Queue name or glob. */
    queue: glob,
    /** How long the oldest of its messages waits. */
    aboveSeconds: z.number().gt(0).max(8_640_000),
    /** Ends at or below this; default 80 % of `aboveSeconds`. */
    belowSeconds: z.number().min(0).max(8_640_000).optional(),
    forSeconds: seconds.default(0),
    channels,
    enabled,
  })
  .refine((rule) => rule.belowSeconds === undefined || rule.belowSeconds <= rule.aboveSeconds, {
    path: ['belowSeconds'],
    message: 'expected a number not over `aboveSeconds`',
  })
  .transform((rule) => ({ ...rule, belowSeconds: rule.belowSeconds ?? Number((rule.aboveSeconds * 0.8).toFixed(3)) }))

const workerOffline = z.strictObject({
  name,
  kind: z.literal('worker-offline'),
  /** Node name or glob. */
  worker: glob.default('*'),
  forSeconds: seconds.default(60),
  channels,
  enabled,
})

const failureRate = z
  .strictObject({
    name,
    kind: z.literal('failure-rate'),
    /** Task name or glob. */
    task: glob.default('*'),
    /** Share of finished tasks, 0 to 1. */
    share: z.number().gt(0).max(1),
    /** Ends at or below this share; default half of `share`. */
    belowShare: z.number().min(0).max(1).optional(),
    /** At most an hour: longer is not counted. */
    windowSeconds: z.number().min(10).max(3_600).default(300),
    /** With fewer finished tasks than this in the window there is nothing to judge. */
    minimum: z.number().int().min(1).default(10),
    forSeconds: seconds.default(0),
    channels,
    enabled,
  })
  .refine((rule) => rule.belowShare === undefined || rule.belowShare <= rule.share, {
    path: ['belowShare'],
    message: 'expected a number not over `share`',
  })
  .transform((rule) => ({ ...rule, belowShare: rule.belowShare ?? rule.share / 2 }))

const beatMissed = z.strictObject({
  name,
  kind: z.literal('beat-missed'),
  /** Name of an entry, its id (`redis/nightly`), or a glob. */
  entry: glob.default('*'),
  /** So long after it was due. */
  afterSeconds: seconds.default(60),
  channels,
  enabled,
})

const beatDown = z.strictObject({
  name,
  kind: z.literal('beat-down'),
  /** Where the schedule is kept: `redis`, `django`, `file`, `app`, or a glob. */
  source: glob.default('*'),
  forSeconds: seconds.default(60),
  channels,
  enabled,
})

const twoBeats = z.strictObject({
  name,
  kind: z.literal('two-beats'),
  source: glob.default('*'),
  channels,
  enabled,
})

const noData = z.strictObject({
  name,
  kind: z.literal('no-data'),
  forSeconds: seconds.default(6),
  channels,
  enabled,
})

export const ruleSchema = z.discriminatedUnion('kind', [
  queueLength,
  oldestMessage,
  workerOffline,
  failureRate,
  beatMissed,
  beatDown,
  twoBeats,
  noData,
])
export type Rule = z.output<typeof ruleSchema>
export type QueueLengthRule = Extract<Rule, { kind: 'queue-length' }>
export type OldestMessageRule = Extract<Rule, { kind: 'oldest-message' }>
export type WorkerOfflineRule = Extract<Rule, { kind: 'worker-offline' }>
export type FailureRateRule = Extract<Rule, { kind: 'failure-rate' }>
export type BeatMissedRule = Extract<Rule, { kind: 'beat-missed' }>
export type BeatDownRule = Extract<Rule, { kind: 'beat-down' }>
export type TwoBeatsRule = Extract<Rule, { kind: 'two-beats' }>

/** Rules that look at queues, one by one. */
export function isAboutQueues(rule: Rule): rule is QueueLengthRule | OldestMessageRule {
  return rule.kind === 'queue-length' || rule.kind === 'oldest-message'
}

/** Rules that look at schedules. */
export function isAboutSchedules({ kind }: Rule): boolean {
  return kind === 'beat-missed' || kind === 'beat-down' || kind === 'two-beats'
}

/** Always there: an alert must not fall silent because the broker cannot be read. Told to every channel. */
export const BLIND_RULE_NAME = 'Umbel is blind'

export function ruleSentence(rule: Rule): string {
  switch (rule.kind) {
    case 'queue-length':
      return `Queue ${rule.queue} is longer than ${rule.above}${lasting(rule.forSeconds)}; well again at ${rule.below}.`
    case 'oldest-message':
      return `The oldest message of queue ${rule.queue} waits for longer than ${inWords(rule.aboveSeconds)}${lasting(rule.forSeconds)}; well again at ${inWords(rule.belowSeconds)}.`
    case 'worker-offline':
      return `Worker ${rule.worker} is offline${lasting(rule.forSeconds)}.`
    case 'failure-rate':
      return `More than ${percent(rule.share)} of ${rule.task === '*' ? 'all tasks' : rule.task} fail within ${inWords(rule.windowSeconds)}${lasting(rule.forSeconds)}; well again at ${percent(rule.belowShare)}.`
    case 'beat-missed':
      return `${rule.entry === '*' ? 'A periodic task' : `Periodic task ${rule.entry}`} did not run ${inWords(rule.afterSeconds)} after it was due.`
    case 'beat-down':
      return `No beat works on ${rule.source === '*' ? 'a schedule' : `the schedule ${rule.source}`}${lasting(rule.forSeconds)}.`
    case 'two-beats':
      return `Two beats send from ${rule.source === '*' ? 'one schedule' : `the schedule ${rule.source}`} without a lease.`
    case 'no-data':
      return `The broker cannot be read${lasting(rule.forSeconds)}.`
  }
}

export function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`
}

function lasting(forSeconds: number): string {
  return forSeconds === 0 ? '' : ` for ${inWords(forSeconds)}`
}

function inWords(seconds: number): string {
  if (seconds >= 3_600 && seconds % 3_600 === 0) return `${seconds / 3_600} h`
  if (seconds >= 60 && seconds % 60 === 0) return `${seconds / 60} min`
  return `${seconds} s`
}
