import type { IncomingMessage } from 'node:http'
import { isUmbelError, messageOf, UmbelError } from '../errors.ts'
import { parseJson } from '../protocol/json.ts'
import { isRecord } from '../protocol/record.ts'
import { type PairValue, queryPairs } from './api/query-pairs.ts'

/**
 * The body as a JSON object. Throws `request/too-large`, `request/wrong-type` for anything but JSON (a form of another
 * site can't send that), `request/bad-body` for what is not an object.
 */
export async function readJsonBody(req: IncomingMessage, maxBytes: number): Promise<Readonly<Record<string, unknown>>> {
  const source = (await readBytes(req, maxBytes)).toString('utf8').replace(/^\uFEFF/, '')
  if (source.trim() === '') return {}
  const contentType = req.headers['content-type'] ?? ''
  if (!/^application\/json\s*(;|$)/i.test(contentType)) {
    throw new UmbelError('request/wrong-type', { contentType: contentType.slice(0, 100), expected: 'application/json' })
  }
  let value: unknown
  try {
    value = JSON.parse(source)
  } catch {
    throw new UmbelError('request/bad-body', { reason: 'it is not valid JSON' })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UmbelError('request/bad-body', { reason: 'it must be a JSON object' })
  }
  return value as Readonly<Record<string, unknown>> // an object that is not an array: its keys are strings
}

/**
 * The body as Flower's API reads it: any JSON object, whatever type it says to have, with all that Python's parser takes
 * (NaN, long integers). Another site's page cannot send it: requests that change something are refused by their origin.
 * `args` and `kwargs` are only passed on, so in them `1.0` stays a float. Throws `request/refused` in Flower's words.
 */
export async function readAnyBody(req: IncomingMessage, maxBytes: number): Promise<Readonly<Record<string, unknown>>> {
  const bytes = await readBytes(req, maxBytes)
  if (bytes.length === 0) return {}
  let value: unknown
  let exact: unknown
  try {
    const source = UTF8.decode(bytes)
    value = parseJson(source)
    exact = MAYBE_WHOLE_FLOAT.test(source) ? parseJson(source, { exactFloats: true }) : value
  } catch (error) {
    throw new UmbelError('request/refused', { sentence: `The body is not valid JSON: ${messageOf(error)}` })
  }
  if (!isRecord(value) || !isRecord(exact)) throw new UmbelError('request/refused', { sentence: 'invalid options' })
  const { args, kwargs } = exact
  return { ...value, ...(args !== undefined && { args }), ...(kwargs !== undefined && { kwargs }) }
}

/** Without a byte order mark; throws on what is no UTF-8. */
const UTF8 = new TextDecoder('utf-8', { fatal: true })
const MAYBE_WHOLE_FLOAT = /\d(?:\.\d|e)/i

/** The fields of a form; none when the body is something else. */
export async function readForm(
  req: IncomingMessage,
  maxBytes: number,
): Promise<readonly (readonly [string, PairValue])[]> {
  const contentType = req.headers['content-type'] ?? ''
  const [, type] = /^(application\/x-www-form-urlencoded|multipart\/form-data)\s*(?:;|$)/i.exec(contentType) ?? []
  if (type === undefined) return []
  const bytes = await readBytes(req, maxBytes)
  if (type.toLowerCase() === 'application/x-www-form-urlencoded') return queryPairs(bytes.toString('latin1'))
  try {
    const form = await new Response(Uint8Array.from(bytes), { headers: { 'content-type': contentType } }).formData()
    return [...form].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : []))
  } catch {
    throw new UmbelError('request/bad-body', { reason: 'it is not the form that its content type says' })
  }
}

async function readBytes(req: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const encoding = req.headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity')
    throw new UmbelError('request/bad-body', { reason: 'compressed bodies are not accepted' })
  if (Number(req.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes)
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of req) {
      size += chunk.length
      if (size > maxBytes) throw tooLarge(maxBytes)
      chunks.push(chunk)
    }
  } catch (error) {
    // Whoever asked is gone, or was too slow: nothing of ours has failed.
    throw isUmbelError(error) ? error : new UmbelError('request/bad-body', { reason: 'it ended too early' }, error)
  }
  return Buffer.concat(chunks)
}

function tooLarge(limit: number): UmbelError {
  return new UmbelError('request/too-large', { what: 'body', limit })
}
