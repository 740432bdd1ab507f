/** What plain OAuth 2 providers have in common: the way there, a code for a token, JSON with that token. */
import { createHash } from 'node:crypto'
import { UmbelError } from '../../../errors.ts'
import type { Attempt, ProviderOptions } from './provider.ts'

const TIMEOUT_MS = 10_000
const ANSWER_MOST_BYTES = 1_048_576

export type Json = Readonly<Record<string, unknown>>

export function authorizeUrl(address: string, scope: string, options: ProviderOptions, attempt: Attempt): URL {
  const url = new URL(address)
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: options.clientId,
    redirect_uri: attempt.redirectUri,
    scope,
    state: attempt.state,
    code_challenge: createHash('sha256').update(attempt.verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString()
  return url
}

/** The answer of the token endpoint; it has an `access_token`. Throws `login/failed`. */
export async function exchangeCode(
  address: string,
  answer: URLSearchParams,
  options: ProviderOptions,
  attempt: Attempt,
): Promise<Json & { readonly access_token: string }> {
  const found = await getJson(address, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: answer.get('code') ?? '',
      redirect_uri: attempt.redirectUri,
      client_id: options.clientId,
      client_secret: options.clientSecret,
      code_verifier: attempt.verifier,
    }).toString(),
  })
  const token = asObject(found)
  const { access_token } = token
  // GitHub says that a code is wrong with status 200.
  if (typeof access_token !== 'string') throw failed('The provider did not accept the code')
  return { ...token, access_token }
}

/** Throws `login/failed` for anything but JSON with a status of success. */
export async function getJson(address: string, init: RequestInit): Promise<unknown> {
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  const headers = { 'User-Agent': 'umbel', ...init.headers }
  let response: Response
  try {
    response = await fetch(address, { ...init, headers, redirect: 'error', signal })
  } catch (error) {
    throw failed('The provider does not answer', error)
  }
  const text = await readText(response)
  if (!response.ok) throw failed(`The provider answered with status ${response.status}`)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw failed('The answer of the provider cannot be read', error)
  }
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > ANSWER_MOST_BYTES) throw failed('The answer of the provider is too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

export function asObject(value: unknown): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json // its keys are strings
  throw failed('The answer of the provider cannot be read')
}

export function asObjects(value: unknown): readonly Json[] {
  if (!Array.isArray(value)) throw failed('The answer of the provider cannot be read')
  return value.map(asObject)
}

export function failed(reason: string, cause?: unknown): UmbelError {
  return new UmbelError('login/failed', { reason }, cause)
}
