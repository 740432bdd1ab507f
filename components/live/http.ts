import type { ErrorAnswer } from '../../lib/live/http.ts'
import { withPrefix } from '../ui/prefix.ts'

/** An error answer of the server, or that there was none; `message` is for a person. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  readonly status: number
  readonly code: string | null
  readonly facts: { readonly [name: string]: unknown }

  constructor(status: number, code: string | null, message: string, facts: { readonly [name: string]: unknown } = {}) {
    super(message)
    this.status = status
    this.code = code
    this.facts = facts
  }
}

const NO_ANSWER = 'Umbel did not answer. Whether anything happened is not known.'

/** Asks Umbel over HTTP, same origin. Throws RequestError. `T` is what lib/live/http.ts says of this address. */
export async function request<T>(path: string, init: RequestInit = {}): Promise<T> {
  let response: Response
  try {
    response = await fetch(withPrefix(path), { credentials: 'same-origin', cache: 'no-store', ...init })
  } catch {
    throw new RequestError(0, null, NO_ANSWER)
  }
  const body: unknown = await response.json().catch(() => null)
  if (response.ok) return body as T // the contract of this address
  throw toError(response.status, body)
}

/** Sends JSON with POST. */
export function post<T>(path: string, input: unknown): Promise<T> {
  return request<T>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...xsrfHeader() },
    body: JSON.stringify(input),
  })
}

/** Where people log in by a cookie, the server asks for this one's value too (flower.md 5.5). */
function xsrfHeader(): Readonly<Record<string, string>> {
  const token = /(?:^|; )_xsrf=([^;]+)/.exec(document.cookie)?.[1]
  return token === undefined ? {} : { 'X-XSRFToken': token }
}

function toError(status: number, body: unknown): RequestError {
  const error = isErrorAnswer(body) ? body.error : null
  const isSignedOut = error?.code === 'request/unauthenticated'
  if (error !== null && !isSignedOut) return new RequestError(status, error.code, error.message, error.facts ?? {})
  if (status === 401) return new RequestError(status, null, 'You are signed out. Load the page again to sign in.')
  if (status === 403) return new RequestError(status, null, 'You may not do this.')
  return new RequestError(status, null, `Umbel answered with status ${status}.`)
}

function isErrorAnswer(body: unknown): body is ErrorAnswer {
  if (typeof body !== 'object' || body === null || !('error' in body)) return false
  const { error } = body
  return typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string'
}
