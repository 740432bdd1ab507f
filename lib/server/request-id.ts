/** A word for each request, in its answer and in every line of the log about it, to find one by the other. */
import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

export const REQUEST_ID_HEADER = 'X-Request-Id'

/** What a proxy may have chosen: nothing that could break a line or a header, and not too long. */
const SANE = /^[A-Za-z0-9._:@/+=-]{1,128}$/

const known = new WeakMap<IncomingMessage, string>()

/** The id that came with the request, when it is one; else one that is made at the first question. */
export function requestId(req: IncomingMessage): string {
  const before = known.get(req)
  if (before !== undefined) return before
  const given = req.headers['x-request-id']
  const id = typeof given === 'string' && SANE.test(given) ? given : randomBytes(9).toString('base64url')
  known.set(req, id)
  return id
}
