import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setImmediate } from 'node:timers/promises'

/** What a route answers. A long body comes in parts, so that making it never holds up other visitors. */
export interface Reply {
  readonly status: number
  readonly type: string | null
  readonly body: string | Iterable<string>
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
}

export const JSON_TYPE = 'application/json; charset=UTF-8'
export const TEXT_TYPE = 'text/plain; charset=UTF-8'

export function json(value: unknown, status = 200): Reply {
  return { status, type: JSON_TYPE, body: JSON.stringify(value) }
}

/** JSON that is already text: where the order of keys, or the look of a number, matters. */
export function jsonText(body: string | Iterable<string>): Reply {
  return { status: 200, type: JSON_TYPE, body }
}

export function text(body: string, status = 200): Reply {
  return { status, type: TEXT_TYPE, body }
}

export function empty(status: number, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, type: null, body: '', headers }
}

export function redirect(location: string): Reply {
  return empty(302, { Location: location })
}

/** Sends it. A whole 200 answer to GET carries an Etag and answers 304 to whoever has it, as Flower's do. */
export async function send(req: IncomingMessage, res: ServerResponse, reply: Reply): Promise<void> {
  for (const [name, value] of Object.entries(reply.headers ?? {})) res.setHeader(name, value)
  if (reply.type !== null) res.setHeader('Content-Type', reply.type)
  res.statusCode = reply.status
  if (typeof reply.body !== 'string') {
    if (req.method === 'HEAD') res.end()
    else await sendParts(res, reply.body)
    return
  }
  if (reply.status === 200 && (req.method === 'GET' || req.method === 'HEAD')) {
    const etag = `"${createHash('sha1').update(reply.body).digest('hex')}"`
    res.setHeader('Etag', etag)
    if (isKnown(etag, req.headers['if-none-match'] ?? '')) {
      res.statusCode = 304
      res.removeHeader('Content-Type')
      res.end()
      return
    }
  }
  res.setHeader('Content-Length', Buffer.byteLength(reply.body))
  res.end(reply.body)
}

/** Whether the header names the tag: one of several, weak ones too, or `*` (RFC 9110 13.1.2), as Tornado reads it. */
function isKnown(etag: string, header: string): boolean {
  const known = header.match(/\*|(?:W\/)?"[^"]*"/g) ?? []
  return known[0] === '*' || known.some((one) => one.replace(/^W\//, '') === etag)
}

async function sendParts(res: ServerResponse, parts: Iterable<string>): Promise<void> {
  for (const part of parts) {
    if (res.destroyed) return
    if (!res.write(part)) await drained(res)
    await setImmediate()
  }
  res.end()
}

/** Resolves when more may be written, or nobody is there any more. Leaves no listener: an answer may wait many times. */
async function drained(res: ServerResponse): Promise<void> {
  const over = new AbortController()
  const { signal } = over
  await Promise.race([once(res, 'drain', { signal }), once(res, 'close', { signal })])
  over.abort()
}
