/** One attempt to hand a notification to its channel. Throws an UmbelError `alert/not-delivered` that says why not. */
import { messageOf, UmbelError } from '../../errors.ts'
import type { Channel } from './channel.ts'
import { headline, type Notification, plainText } from './notification.ts'

/** Thrown for a failed attempt; `retryAfterMs` when the receiver named a time. */
export class NotDelivered extends UmbelError<'alert/not-delivered'> {
  readonly retryAfterMs: number | null

  constructor(channel: string, reason: string, retryAfterMs: number | null = null, cause?: unknown) {
    super('alert/not-delivered', { channel, reason }, cause)
    this.retryAfterMs = retryAfterMs
  }
}

const ATTEMPT_TIMEOUT_MS = 10_000
const LONGEST_RETRY_AFTER_MS = 600_000

/** `abandon` ends the attempt early. */
export async function deliver(channel: Channel, notification: Notification, abandon: AbortSignal): Promise<void> {
  switch (channel.kind) {
    case 'webhook':
      return post(channel, webhookBody(notification), notification.id, abandon)
    case 'slack':
      return post(channel, { text: slackEscape(plainText(notification)) }, notification.id, abandon)
    case 'email':
      return mail(channel, notification, abandon)
  }
}

/** The webhook's JSON; documented in docs/alerts.md, so fields are only ever added. */
export function webhookBody(notification: Notification): object {
  const time = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())
  return {
    version: 1,
    id: notification.id,
    status: notification.about,
    rule: notification.rule,
    title: headline(notification),
    createdAt: time(notification.createdMs),
    more: notification.more,
    alerts: notification.alerts.map(({ id, subject, text, value, limit, sinceMs, resolvedMs }) => ({
      id,
      subject,
      text,
      value,
      limit,
      since: time(sinceMs),
      resolvedAt: time(resolvedMs),
    })),
  }
}

type Posted = Extract<Channel, { readonly url: string }>

async function post({ name, url }: Posted, body: object, id: string, abandon: AbortSignal): Promise<void> {
  let response: Response
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'umbel', 'umbel-notification-id': id },
      body: JSON.stringify(body),
      redirect: 'manual', // a receiver must not send us elsewhere
      signal: AbortSignal.any([AbortSignal.timeout(ATTEMPT_TIMEOUT_MS), abandon]),
    })
  } catch (error) {
    throw new NotDelivered(name, reasonOf(error), null, error)
  }
  await response.body?.cancel() // never read: it could be endless
  if (!response.ok) throw new NotDelivered(name, `the receiver answered ${response.status}`, retryAfterMs(response))
}

/** fetch hides the cause (ECONNREFUSED, ENOTFOUND) one level down. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer within ${ATTEMPT_TIMEOUT_MS / 1_000} s`
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error ? cause.message || cause.name : messageOf(error)
}

/** Seconds, or a time by the receiver's own clock. */
function retryAfterMs({ headers }: Response): number | null {
  const given = headers.get('retry-after')
  if (given === null) return null
  const seconds = /^\d+$/.test(given)
    ? Number(given)
    : (Date.parse(given) - Date.parse(headers.get('date') ?? '')) / 1_000
  return seconds >= 0 ? Math.min(seconds * 1_000, LONGEST_RETRY_AFTER_MS) : null
}

function slackEscape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
}

async function mail(
  channel: Extract<Channel, { kind: 'email' }>,
  notification: Notification,
  abandon: AbortSignal,
): Promise<void> {
  const { createTransport } = await import('nodemailer') // loaded with the first mail only
  const { protocol, hostname, port, username, password } = new URL(channel.smtpUrl)
  const transport = createTransport({
    host: hostname.replace(/^\[|\]$/g, ''), // an IPv6 address
    ...(port !== '' && { port: Number(port) }),
    secure: protocol === 'smtps:',
    ...(username !== '' && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: ATTEMPT_TIMEOUT_MS,
    greetingTimeout: ATTEMPT_TIMEOUT_MS,
    socketTimeout: ATTEMPT_TIMEOUT_MS,
  })
  const close = () => transport.close()
  abandon.addEventListener('abort', close)
  try {
    await transport.sendMail({
      from: channel.from,
      to: [...channel.to],
      subject: oneLine(headline(notification)),
      text: plainText(notification),
      messageId: `<${notification.id}@umbel>`,
    })
  } catch (error) {
    throw new NotDelivered(channel.name, messageOf(error), null, error)
  } finally {
    abandon.removeEventListener('abort', close)
    close()
  }
}

/** Queue names may hold anything; a subject is one line. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').slice(0, 200)
}
