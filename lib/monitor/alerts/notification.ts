/** What is told, and to whom: the same facts for every channel. */
import type { Episode } from './episode.ts'

export type About = 'firing' | 'resolved' | 'test'

export interface Notification {
  /** The same in every attempt, so that a receiver can drop a repeat. */
  readonly id: string
  readonly channel: string
  readonly about: About
  readonly rule: string
  readonly createdMs: number
  /** Alerts of this rule that changed together; at most `MAX_ALERTS`, `more` counts the rest. */
  readonly alerts: readonly NotifiedAlert[]
  readonly more: number
}

export interface NotifiedAlert {
  readonly id: string
  readonly subject: string
  readonly text: string
  readonly value: number | null
  readonly limit: number | null
  readonly sinceMs: number
  readonly resolvedMs: number | null
}

/** A thousand queues may cross their limit at once; one message must stay readable and below 64 kB. */
const MAX_ALERTS = 50

/** One notification per channel and direction for the episodes of one rule that changed in one round. */
export function createNotification(
  about: About,
  rule: string,
  channel: string,
  episodes: readonly Episode[],
  parts: { readonly id: string; readonly nowMs: number },
): Notification {
  return {
    id: parts.id,
    channel,
    about,
    rule,
    createdMs: parts.nowMs,
    alerts: episodes.slice(0, MAX_ALERTS).map(({ id, subject, text, value, limit, sinceMs, resolvedMs }) => ({
      id,
      subject,
      text,
      value,
      limit,
      sinceMs,
      resolvedMs,
    })),
    more: Math.max(0, episodes.length - MAX_ALERTS),
  }
}

/** The first line of a message: "Firing: Queue high holds 3904 messages (limit 1000)". */
export function headline(notification: Notification): string {
  const first = notification.alerts[0]
  const rest = notification.alerts.length - 1 + notification.more
  const text = first === undefined ? notification.rule : first.text
  return `${WORDS[notification.about]}: ${text}${rest > 0 ? `, and ${rest} more` : ''}`
}

const WORDS: Readonly<Record<About, string>> = { firing: 'Firing', resolved: 'Resolved', test: 'Test' }

/** All of it as lines of plain text. */
export function plainText(notification: Notification): string {
  const lines = notification.alerts.map((alert) => {
    const since = `since ${new Date(alert.sinceMs).toISOString()}`
    const until = alert.resolvedMs === null ? '' : `, well again at ${new Date(alert.resolvedMs).toISOString()}`
    return `- ${alert.text} (${since}${until})`
  })
  if (notification.more > 0) lines.push(`- and ${notification.more} more`)
  return [headline(notification), `Rule: ${notification.rule}`, ...lines].join('\n')
}
