/**
 * RabbitMQ's management API: what it tells of a virtual host's queues and of itself. The addresses are Flower's
 * (flower.md 6.5), but for the virtual host `/`, which is written as `%2F` so that it alone is listed.
 */
import { messageOf, UmbelError } from '../../errors.ts'
import { maskUrl } from '../../runtime/redis-address.ts'
import type { QueueDetails } from '../broker.ts'

export interface ManagementApi {
  /** With the password masked. */
  readonly url: string
  /** Rejects with `broker/unreachable` or `broker/refused`, as do the others. */
  queues(): Promise<readonly QueueDetails[]>
  overview(): Promise<Readonly<Record<string, unknown>>>
  nodes(): Promise<readonly Readonly<Record<string, unknown>>[]>
}

/** As long as Flower waits. */
const TIMEOUT_MS = 2_000
const PORT = 15_672

/** `api` is `--broker_api`; without it the API is looked for where RabbitMQ puts it, on the host of the broker URL. */
export function createManagementApi(brokerUrl: string, api: string | null): ManagementApi {
  const broker = new URL(brokerUrl.replace(/^[a-z]+:/i, 'http:'))
  const base = new URL(api ?? `http://${hostOf(broker)}:${PORT}/api/`)
  if (base.pathname === '/') base.pathname = '/api/'
  if (!base.pathname.endsWith('/')) base.pathname += '/'
  const user = decode(base.username) || decode(broker.username) || 'guest'
  const password = decode(base.password) || decode(broker.password) || 'guest'
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  const url = maskUrl(base.href)
  base.username = ''
  base.password = ''

  async function get<T>(path: string): Promise<T> {
    let answer: Response
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS)
      answer = await fetch(base.href + path, { headers: { authorization }, signal, redirect: 'error' })
    } catch (error) {
      throw new UmbelError('broker/unreachable', { url, reason: reasonOf(error) })
    }
    if (!answer.ok) throw new UmbelError('broker/refused', { url, reason: await refusalOf(answer) })
    return (await answer.json()) as T // as RabbitMQ documents it
  }

  return {
    url,
    queues: () => get(`queues/${encodeURIComponent(vhostOf(broker.pathname))}`),
    overview: () => get('overview'),
    nodes: () => get('nodes'),
  }
}

/** kombu's rule: nothing, `/` and `//` are all the virtual host `/`; else what follows the first slash, decoded. */
function vhostOf(path: string): string {
  const name = decode(path.slice(1))
  return name === '' ? '/' : name
}

function hostOf({ hostname }: URL): string {
  return hostname === '' ? 'localhost' : hostname
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer within ${TIMEOUT_MS / 1_000} s`
  return messageOf(error instanceof Error && error.cause !== undefined ? error.cause : error)
}

async function refusalOf(answer: Response): Promise<string> {
  if (answer.status === 401) return 'user or password are wrong, or the user has no management tag'
  const text = (await answer.text()).slice(0, 200)
  return answer.status === 404 ? 'there is no such virtual host' : `it answers ${answer.status}: ${text}`
}
