/** How long the oldest message of each queue waits, against a limit (ux.md 2.8). */
import { matchesGlob } from '../../protocol/glob.ts'
import type { OldestMessage, QueueAges, QueueReading, QueueReadings } from '../contracts.ts'
import { age } from '../feeds/words.ts'
import type { Reading } from './episode.ts'
import type { OldestMessageRule } from './rule.ts'

/** Without ages (`oldest`) of no queue anything is known but that it is empty. */
export type AgedQueues = QueueReadings & Partial<QueueAges>

/** `known` are subjects with an episode: they get a reading even when they are gone. */
export function readAges(
  rule: OldestMessageRule,
  { queues, nowMs }: { readonly queues: AgedQueues; readonly nowMs: number },
  known: readonly string[],
): readonly Reading[] {
  const { rows, atMs, error } = queues.latest()
  const isRead = atMs !== null && error === null
  const covered = new Map<string, Pick<QueueReading, 'waiting'>>(
    rows.filter(({ name }) => matchesGlob(rule.queue, name)).map((row) => [row.name, row]),
  )
  // A queue that left the list is empty: an empty queue has no key. Unless the whole round failed.
  for (const subject of known) if (!covered.has(subject)) covered.set(subject, { waiting: isRead ? 0 : null })
  return [...covered].map(([subject, { waiting }]) => {
    const isFilled = isRead && waiting !== null && waiting > 0
    const oldest = isFilled ? (queues.oldest?.(subject) ?? null) : null
    const value = isRead && waiting === 0 ? 0 : oldest === null ? null : Math.max(0, (nowMs - oldest.sinceMs) / 1_000)
    return readingOf(rule, subject, value, oldest?.how ?? null)
  })
}

/** What waits for at least so long may wait for longer: under a level that tells nothing. */
function readingOf(
  rule: OldestMessageRule,
  subject: string,
  seconds: number | null,
  how: OldestMessage['how'] | null,
): Reading {
  const isLeast = how === 'at-least'
  const isOver = seconds !== null && seconds > rule.aboveSeconds
  const isWell = seconds !== null && seconds <= rule.belowSeconds
  const isUnknown = seconds === null
  return {
    rule: rule.name,
    subject,
    value: isUnknown ? null : Math.round(seconds),
    limit: rule.aboveSeconds,
    over: isUnknown || (isLeast && !isOver) ? null : isOver,
    well: isUnknown || (isLeast && isWell) ? null : isWell,
    text: textOf(rule, subject, seconds, isLeast),
    forMs: rule.forSeconds * 1_000,
  }
}

function textOf(rule: OldestMessageRule, subject: string, seconds: number | null, isLeast: boolean): string {
  if (seconds === null) return `How long the oldest message of queue ${subject} waits is not known`
  if (seconds === 0) return `No message waits in queue ${subject}`
  const length = `${isLeast ? 'at least ' : ''}${age(seconds * 1_000)}`
  return `The oldest message of queue ${subject} waits for ${length} (limit ${age(rule.aboveSeconds * 1_000)})`
}
