import type { IncomingMessage, ServerResponse } from 'node:http'
import { isProblem, UmbelError } from '../errors.ts'
import { actorOf } from '../monitor/actions/audit.ts'
import { type Actor, ROLES } from '../monitor/contracts.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { createArguments, textOf } from './api/arguments.ts'
import { asProblem, problemReply } from './api/problem-reply.ts'
import { decodedPart, type PairValue } from './api/query-pairs.ts'
import { askToLogIn } from './auth/ask-to-log-in.ts'
import type { Gate } from './auth/gate.ts'
import { refuseForeignOrigin } from './auth/same-origin.ts'
import { refuseWithoutXsrfToken } from './auth/xsrf.ts'
import { monitorFor } from './guarded-monitor.ts'
import type { Monitored } from './monitored.ts'
import { readAnyBody, readForm, readJsonBody } from './read-body.ts'
import { empty, type Reply, send } from './reply.ts'
import { requestId } from './request-id.ts'
import { type Call, type CompiledRoute, compileRoute, type Family, type Route } from './route.ts'
import { secureData } from './security-headers.ts'
import { withPrefix } from './url-prefix.ts'

export interface RouterOptions {
  readonly runtime: Runtime
  readonly monitor: Monitored
  readonly gate: Gate
  readonly routes: readonly Route[]
  readonly bodyBytes: number
  /** FLOWER_UNAUTHENTICATED_API, asked at each request. */
  readonly apiIsOpen: () => boolean
}

/** Answers what is ours. */
export interface Router {
  /** False: the path belongs to nobody here; a page may have it. */
  answer(req: IncomingMessage, res: ServerResponse, path: string, query: string): Promise<boolean>
}

/** What lies below these is ours even where no route matches. */
const OURS: readonly (readonly [prefix: string, family: Family])[] = [
  ['/api/', 'flower'],
  ['/umbel/', 'own'],
]

interface Match {
  readonly family: Family
  /** Null: no route has this path. */
  readonly found: CompiledRoute | null
  readonly methods: readonly string[]
  /** The parts of the path, decoded. */
  readonly params: ReadonlyMap<string, PairValue>
}

export function createRouter(options: RouterOptions): Router {
  const { runtime, monitor, gate } = options
  const compiled = options.routes.map(compileRoute)

  /** In Flower's order (flower.md 2.1, 5.5): origin, gate and person, then the route's own checks. */
  async function reply(req: IncomingMessage, match: Match, query: string): Promise<Reply | null> {
    const method = req.method === 'HEAD' ? 'GET' : (req.method ?? 'GET')
    let fields: ReturnType<typeof readForm> | null = null
    const form = async () => {
      fields ??= readForm(req, options.bodyBytes)
      return createArguments(query, await fields)
    }
    if (method !== 'GET' && method !== 'OPTIONS') {
      refuseForeignOrigin(req.headers)
      if (gate.hasCookies) await refuseWithoutXsrfToken(req, async () => (await form()).text('_xsrf'))
    }
    const { found } = match
    for (const part of match.params.values()) textOf('url', part)
    if (method === 'OPTIONS' && match.family === 'flower' && match.methods.length === 0) return empty(204)
    if (found === null && match.methods.length === 0) {
      throw new UmbelError('request/not-found', { path: (req.url ?? '').slice(0, 200) })
    }
    if (match.family === 'flower' && !gate.hasAuthentication) gate.identifyForApi(req)
    if (method === 'OPTIONS' && found !== null) return empty(204)
    if (found === null) {
      throw new UmbelError('request/method', { method: method.slice(0, 20), allowed: match.methods })
    }
    const by = identify(req, match.family)
    if (ROLES.indexOf(by.role) < ROLES.indexOf(found.route.role)) {
      throw new UmbelError('action/forbidden', { action: found.route.path, role: by.role })
    }
    const call: Call = {
      monitor: monitorFor(monitor, by.sight),
      by,
      query: method === 'GET' && hasForm(req) ? await form() : createArguments(query),
      param: (name) => textOf('url', match.params.get(name) ?? ''),
      req,
      withPrefix,
      body: () => readJsonBody(req, options.bodyBytes),
      form,
      anyBody: () => readAnyBody(req, options.bodyBytes),
      nowMs: runtime.clock.nowMs(),
    }
    try {
      return await found.route.handle(call)
    } catch (error) {
      // Refused before any action was asked for, which would have told it itself.
      if (isProblem(error, 'request/read-only') && match.family === 'flower') {
        const targets = [...match.params.keys()].map((name) => call.param(name).slice(0, 255))
        const line = { ...actorOf(by), action: found.route.path.replace(/\/:\w+$/, ''), targets, count: targets.length }
        await monitor.audit.write({ ...line, outcome: 'refused', reason: error.message })
      }
      throw error
    }
  }

  function identify(req: IncomingMessage, family: Family): Actor {
    if (family === 'open') return { user: null, role: 'viewer' }
    return family === 'flower' ? gate.identifyForApi(req) : gate.identify(req)
  }

  return {
    async answer(req, res, path, query) {
      const match = matchRoute(compiled, req.method ?? 'GET', path)
      if (match === null) return false
      const head = () => {
        secureData(res)
        if (opens(match.family) && !gate.hasAuthentication && options.apiIsOpen()) allowAllOrigins(res)
      }
      try {
        const answer = await reply(req, match, query)
        if (answer === null) return false
        head()
        await send(req, res, answer)
      } catch (error) {
        const problem = asProblem(error, runtime, path.slice(0, 200), requestId(req))
        if (res.headersSent) {
          res.destroy()
          return true
        }
        head()
        await send(req, res, askToLogIn(req, problem, match.family, withPrefix) ?? problemReply(match.family, problem))
      }
      return true
    },
  }
}

/** Scripts put what they ask for into the body of a GET, too (`requests.get(url, data=…)`), and Flower reads it. */
function hasForm({ headers }: IncomingMessage): boolean {
  return (
    headers['content-type'] !== undefined && (headers['content-length'] ?? headers['transfer-encoding'] ?? '0') !== '0'
  )
}

/** Flower lets any site read these where it was opened to all (flower.md 2.1). */
function opens(family: Family): boolean {
  return family === 'flower' || family === 'page'
}

/** Null: not ours. */
function matchRoute(routes: readonly CompiledRoute[], method: string, path: string): Match | null {
  const wanted = method === 'HEAD' ? 'GET' : method
  const methods = new Set<string>()
  let family: Family | null = OURS.find(([prefix]) => path.startsWith(prefix))?.[1] ?? null
  for (const candidate of routes) {
    const parts = candidate.pattern.exec(path)
    if (parts === null) continue
    family = candidate.route.family
    methods.add(candidate.route.method)
    if (candidate.route.method !== wanted && method !== 'OPTIONS') continue
    const params = new Map(candidate.names.map((name, i) => [name, decodedPart(parts[i + 1] ?? '')]))
    return { family, found: candidate, methods: [...methods], params }
  }
  return family === null ? null : { family, found: null, methods: [...methods], params: new Map() }
}

/** Flower's CORS headers, only where the API was opened to everybody by name (flower.md 2.1). */
function allowAllOrigins(res: ServerResponse): void {
  res.setHeader('Access-Control-Allow-Origin', '*')
  res.setHeader(
    'Access-Control-Allow-Headers',
    'x-requested-with,access-control-allow-origin,authorization,content-type',
  )
  res.setHeader('Access-Control-Allow-Methods', ' PUT, DELETE, OPTIONS, POST, GET, PATCH')
}
