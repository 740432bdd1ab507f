/**
 * How figures differ from the same time yesterday: the last ten minutes that are complete against the same ten a day
 * before, from the history. A change counts when it is over a fifth (ux.md 2.1) and larger than chance makes it.
 */
import type { History, Take } from '../../history/history.ts'
import type { ChangesView } from '../../live/views.ts'

/** The step in which the history still has yesterday. */
const STEP_MS = 300_000
const STEPS = 2
const DAY_MS = 86_400_000
const LEAST_CHANGE = 0.2
/** Standard errors. */
const SURE = 3
/** Fewer messages come and go without meaning anything. */
const FEW_WAITING = 10
const SHORT_WAIT_MS = 10

interface Pair {
  readonly now: number
  readonly before: number
}

export function changesOf(history: Pick<History, 'series'>, nowMs: number): ChangesView {
  const toMs = Math.floor(nowMs / STEP_MS) * STEP_MS
  const pair = (key: string, take: Take): Pair | null => {
    const now = meanOf(history, key, toMs, take)
    const before = meanOf(history, key, toMs - DAY_MS, take)
    return now === null || before === null ? null : { now, before }
  }
  const succeeded = pair('tasks:succeeded', 'sum')
  const failed = pair('tasks:failed', 'sum')
  const ended = succeeded === null || failed === null ? null : plus(succeeded, failed)
  return {
    done: changeOf(ended, ({ now, before }) => SURE * Math.sqrt((now + before) / STEPS)),
    failing: failed === null || ended === null ? null : changeOfShare(failed, ended),
    waiting: changeOf(pair('queues:waiting', 'mean'), () => FEW_WAITING),
    workers: changeOf(pair('workers:online', 'mean'), () => 0),
    wait: changeOf(pair('latency:wait:p95', 'mean'), () => SHORT_WAIT_MS),
  }
}

/** The mean of the steps before `toMs`; null unless all of them are known. */
function meanOf(history: Pick<History, 'series'>, key: string, toMs: number, take: Take): number | null {
  let sum = 0
  const steps = history.series(key, toMs - STEPS * STEP_MS, toMs, STEP_MS, take)
  for (const [, value] of steps) {
    if (value === null) return null
    sum += value
  }
  return steps.length === 0 ? null : sum / steps.length
}

/** `least` is how far apart both must be at least. */
function changeOf(pair: Pair | null, least: (pair: Pair) => number): number | null {
  if (pair === null || pair.before <= 0) return null
  const { now, before } = pair
  const change = (now - before) / before
  if (Math.abs(change) <= LEAST_CHANGE || Math.abs(now - before) < least(pair)) return null
  return Math.round(change * 100) / 100
}

function changeOfShare(part: Pair, whole: Pair): number | null {
  if (whole.now === 0 || whole.before === 0) return null
  const pooled = (part.now + part.before) / (whole.now + whole.before)
  const error = Math.sqrt((pooled * (1 - pooled) * (1 / whole.now + 1 / whole.before)) / STEPS)
  return changeOf({ now: part.now / whole.now, before: part.before / whole.before }, () => SURE * error)
}

function plus(a: Pair, b: Pair): Pair {
  return { now: a.now + b.now, before: a.before + b.before }
}
