/** The one HTTP server: our routes, then the pages; limits, headers and the gate before all of them. */
import { once } from 'node:events'
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https'
import type { Duplex } from 'node:stream'
import { isProblem, UmbelError } from '../errors.ts'
import {
  DEFAULT_PAGE_SETTINGS,
  PAGE_SETTINGS_HEADER,
  type PageSettings,
  pageSettingsText,
} from '../live/page-settings.ts'
import { SOCKET_PATH } from '../live/socket.ts'
import type { Sight } from '../monitor/contracts.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { Service } from '../runtime/service.ts'
import { namesFiles, rewriteAddresses } from './address-rewrite.ts'
import { flowerBookmarks } from './api/flower-bookmarks.ts'
import { flowerControlRoutes } from './api/flower-control-routes.ts'
import { flowerPageRoutes } from './api/flower-page-routes.ts'
import { flowerRoutes } from './api/flower-routes.ts'
import { flowerSendRoutes } from './api/flower-send-routes.ts'
import { openRoutes } from './api/open-routes.ts'
import { ownRoutes } from './api/own-routes.ts'
import { askForPassword, asProblem, problemReply } from './api/problem-reply.ts'
import { type AccessSettings, createAccess, NO_ACCESS_SETTINGS } from './auth/access.ts'
import { askToLogIn } from './auth/ask-to-log-in.ts'
import { isLoopback } from './auth/gate.ts'
import { refuseForeignOrigin } from './auth/same-origin.ts'
import { newXsrfCookie, refuseWithoutXsrfToken } from './auth/xsrf.ts'
import { SERVER_LIMITS, type ServerLimits } from './limits.ts'
import { listen, listenUnix } from './listen.ts'
import { createHttpMetrics } from './metrics/http-metrics.ts'
import { metricsRoute } from './metrics/metrics-route.ts'
import type { Monitored } from './monitored.ts'
import { isPage, pageStatus } from './page-status.ts'
import { empty, type Reply, redirect, send } from './reply.ts'
import { REQUEST_ID_HEADER, requestId } from './request-id.ts'
import { createRouter } from './router.ts'
import { secureAsset, secureConnection, secureData, securePage } from './security-headers.ts'
import { createSockets } from './sockets.ts'
import { expandPath, readTls, type TlsFiles } from './tls.ts'
import { createTokenBuckets } from './token-bucket.ts'
import { refuseUpgrade } from './upgrade.ts'
import { createUrlPrefix, type Entry, withPrefix } from './url-prefix.ts'
import { meet, visitorOf } from './visitor.ts'

/** What answers where no route of ours does: Next. */
export interface Pages {
  handle(req: IncomingMessage, res: ServerResponse): void | Promise<void>
}

export interface ServerOptions {
  readonly runtime: Runtime
  readonly monitor: Monitored
  readonly pages: Pages
  /** Empty: all addresses of this machine. */
  readonly address: string
  /** 0: any free one. */
  readonly port: number
  /** `user:password` entries; none = no authentication. */
  readonly basicAuth: readonly string[]
  /** Log-ins at a provider, roles, tokens. */
  readonly access?: Partial<AccessSettings>
  /** The same for /metrics alone; none = everybody may read them. */
  readonly metricsAuth?: readonly string[]
  readonly readOnly: boolean
  /** FLOWER_UNAUTHENTICATED_API, asked at each request. */
  readonly apiIsOpen: () => boolean
  readonly limits?: Partial<ServerLimits>
  /** A path to listen on instead of address and port. */
  readonly unixSocket?: string
  /** Everything lies below it: `/umbel`, or empty. */
  readonly urlPrefix?: string
  /** Believe what a proxy says of its visitors. */
  readonly xheaders?: boolean
  readonly tls?: TlsFiles | null
  /** How pages are to look. */
  readonly page?: Partial<PageSettings>
  /** A line for each answer. */
  readonly accessLog?: boolean
}

export interface WebServer extends Service {
  /** The real one after `start`, also when 0 was asked for; the one asked for where a unix socket is used. */
  readonly port: number
  /** Reads the certificate anew. Rejects when it cannot be used; the old one then stays. */
  reloadTls(): Promise<void>
}

/** Asked by machines that watch over this one: never counted as too many. */
const UNCOUNTED: ReadonlySet<string> = new Set(['/healthcheck', '/metrics'])
const DRAIN_MS = 2_000

export function createServer(options: ServerOptions): WebServer {
  const { runtime, monitor, pages } = options
  const { clock } = runtime
  const limits: ServerLimits = { ...SERVER_LIMITS, ...options.limits }
  const { basicAuth, readOnly, apiIsOpen } = options
  const access = createAccess({
    ...{ ...NO_ACCESS_SETTINGS, ...options.access, runtime, basicAuth, readOnly, apiIsOpen, withPrefix },
    audit: monitor.audit,
  })
  const { gate } = access
  const { feeds } = monitor
  const sockets = createSockets({ runtime, feeds, limits, sightOf, mayStay, changes: () => access.changes })
  const httpMetrics = createHttpMetrics()
  const allowance = createTokenBuckets(limits.requestsPerSecond, limits.requestsBurst, clock.monotonicMs)
  const prefix = createUrlPrefix(options.urlPrefix ?? '')
  const pageText = pageSettingsText({ ...DEFAULT_PAGE_SETTINGS, ...options.page, prefix: prefix.path })
  const { xheaders = false, tls = null, unixSocket = '' } = options
  const router = createRouter({
    runtime,
    monitor,
    gate,
    routes: [
      metricsRoute({ metricsAuth: options.metricsAuth ?? [], http: httpMetrics, sockets: () => sockets.count }),
      ...openRoutes,
      ...flowerRoutes,
      ...flowerControlRoutes,
      ...flowerSendRoutes,
      ...flowerPageRoutes,
      ...flowerBookmarks,
      ...ownRoutes,
      ...access.routes,
    ],
    bodyBytes: limits.bodyBytes,
    apiIsOpen: options.apiIsOpen,
  })
  const http = createListener(limits, tls !== null, isForSocket)
  // Node would leave out headers beyond its limit without a word; ours is checked by `refuseOversized`.
  http.maxHeadersCount = limits.headerCount * 2

  /** Throws what is wrong with a request before anybody looks at what it asks for. */
  function admit(req: IncomingMessage, path: string): void {
    refuseOversized(req, limits)
    refuseOddPath(req.url ?? '')
    const { address } = visitorOf(req)
    if (address === null || isLoopback(address) || UNCOUNTED.has(path) || isAsset(path)) return
    if (!allowance.take(address)) throw new UmbelError('request/too-many', { retryAfterSeconds: 1 })
  }

  async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const asked = req.url ?? '/'
    const entry = prefix.enter(asked)
    if (entry.kind === 'inside') req.url = entry.url
    const [path, query] = splitUrl(req.url ?? '/')
    const { isSecure } = meet(req, xheaders)
    res.setHeader(REQUEST_ID_HEADER, requestId(req))
    if (isSecure) secureConnection(res)
    countAnswer(req, res, kindOf(path), asked)
    try {
      admit(req, path)
      if (entry.kind !== 'inside') return await outside(req, res, entry)
      if (isSocketPath(path)) return openSocket(req, () => sockets.request(req, secured(res)))
      if (await router.answer(req, res, path, query)) return
      await page(req, res, path)
    } catch (error) {
      const problem = asProblem(error, runtime, path.slice(0, 200), requestId(req))
      if (res.headersSent) return void res.destroy()
      secureData(res)
      const answer = isSocketPath(path) ? problemReply('own', problem) : null
      await send(req, res, answer ?? askToLogIn(req, problem, 'document', withPrefix) ?? pageProblem(problem))
    }
  }

  /** Above the prefix there is nothing but the way to it. */
  async function outside(req: IncomingMessage, res: ServerResponse, entry: Exclude<Entry, { kind: 'inside' }>) {
    if (entry.kind === 'outside' || (req.method !== 'GET' && req.method !== 'HEAD')) {
      throw new UmbelError('request/not-found', { path: (req.url ?? '').slice(0, 200) })
    }
    secureData(res)
    await send(req, res, redirect(entry.location))
  }

  function countAnswer(req: IncomingMessage, res: ServerResponse, kind: string, asked: string): void {
    const startMs = clock.monotonicMs()
    res.once('close', () => {
      const tookMs = clock.monotonicMs() - startMs
      httpMetrics.answered(kind, res.statusCode, tookMs / 1_000)
      if (options.accessLog !== true) return
      const { address } = visitorOf(req)
      const line = `${res.statusCode} ${req.method} ${shownUrl(asked)} (${address ?? 'unix'}) ${tookMs.toFixed(2)}ms`
      runtime.log.info(line, { requestId: requestId(req) })
    })
  }

  async function page(req: IncomingMessage, res: ServerResponse, path: string): Promise<void> {
    const { method = 'GET' } = req
    if (method !== 'GET' && method !== 'HEAD') {
      if (method === 'TRACE' || method === 'CONNECT')
        throw new UmbelError('request/method', { method, allowed: ['GET'] })
      if (method === 'OPTIONS') {
        secureData(res)
        return await send(req, res, empty(204)) // as all of Flower's pages (flower.md 1)
      }
      refuseForeignOrigin(req.headers)
      if (gate.hasCookies) await refuseWithoutXsrfToken(req, async () => null)
      if (method === 'POST' && !isPage(path)) throw new UmbelError('request/not-found', { path: path.slice(0, 200) })
      throw new UmbelError('request/method', { method: method.slice(0, 20), allowed: ['GET', 'HEAD'] })
    }
    if (path.startsWith('/_next/image')) throw new UmbelError('request/not-found', { path: '/_next/image' })
    if (isAsset(path)) {
      secureAsset(req, res)
    } else {
      gate.identify(req)
      const xsrf = gate.hasCookies ? newXsrfCookie(req, withPrefix('/'), gate.sessionOf(req) !== null) : null
      if (xsrf !== null) res.appendHeader('Set-Cookie', xsrf)
      securePage(req, res)
    }
    req.headers[PAGE_SETTINGS_HEADER] = pageText
    if (prefix.path !== '' && (!isAsset(path) || namesFiles(path))) rewriteAddresses(req, res, prefix.path, path)
    // What a browser loads within a page takes any other status for a broken page.
    if (req.headers['rsc'] === undefined) res.statusCode = await pageStatus(monitor, path)
    await pages.handle(req, res)
  }

  /** Every request of the socket, not only its first, comes from the same origin and from somebody who may look. */
  function openSocket(req: IncomingMessage, go: () => void): void {
    refuseForeignOrigin(req.headers)
    gate.identify(req)
    const isNew = !/[?&]sid=/.test(req.url ?? '')
    if (isNew && sockets.isFull(visitorOf(req).address)) {
      throw new UmbelError('request/too-many', { retryAfterSeconds: 30 })
    }
    go()
  }

  function sightOf(req: IncomingMessage): Sight | undefined {
    try {
      return gate.identify(req).sight
    } catch {
      return 'no-arguments' // its right to look has just ended; it is cut off soon
    }
  }

  /** Whether whoever opened a socket would be let in now. */
  function mayStay(req: IncomingMessage): boolean {
    try {
      gate.identify(req)
      return true
    } catch {
      return false
    }
  }

  /** Any other upgrade that a client offers is passed over (Java and curl ask for h2c), as HTTP and Flower do. */
  function isForSocket(req: IncomingMessage): boolean {
    const entry = prefix.enter(req.url ?? '/')
    return entry.kind === 'inside' && isSocketPath(splitUrl(entry.url)[0])
  }

  function upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
    const entry = prefix.enter(req.url ?? '/')
    if (entry.kind === 'inside') req.url = entry.url
    const [path] = splitUrl(req.url ?? '/')
    meet(req, xheaders)
    socket.on('error', () => {}) // a client that leaves in the middle is no news
    try {
      admit(req, path)
      if (entry.kind !== 'inside' || !isSocketPath(path))
        throw new UmbelError('request/not-found', { path: path.slice(0, 200) })
      openSocket(req, () => sockets.upgrade(req, socket, head))
    } catch (error) {
      refuseUpgrade(socket, asProblem(error, runtime, 'upgrade', requestId(req)))
    }
  }

  http.on('request', (req, res) => void handle(req, res))
  http.on('upgrade', upgrade)
  http.on('checkExpectation', (req, res) => void handle(req, res))
  http.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => refuseGarbage(error, socket))

  return {
    name: 'server',
    get port() {
      const address = http.address()
      return typeof address === 'object' && address !== null ? address.port : options.port
    },
    reloadTls: () => loadTls(http, tls),
    async start(signal) {
      await loadTls(http, tls)
      await access.load()
      if (unixSocket !== '') await listenUnix(http, expandPath(unixSocket))
      else await listen(http, options.address, options.port)
      await sockets.start(signal)
    },
    async stop() {
      await sockets.stop()
      await close(http, runtime)
      await access.close()
    },
  }
}

function createListener(
  limits: ServerLimits,
  isTls: boolean,
  shouldUpgradeCallback: (req: IncomingMessage) => boolean,
): Server | HttpsServer {
  const settings = {
    shouldUpgradeCallback,
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: 2_000,
  }
  return isTls ? createHttpsServer({ ...settings, minVersion: 'TLSv1.2' }) : createHttpServer(settings)
}

async function loadTls(http: Server | HttpsServer, files: TlsFiles | null): Promise<void> {
  if (files === null || !('setSecureContext' in http)) return
  http.setSecureContext({ ...(await readTls(files)), minVersion: 'TLSv1.2' })
}

async function close(http: Server, { clock }: Runtime): Promise<void> {
  if (!http.listening) return
  const closed = once(http, 'close')
  http.close()
  http.closeIdleConnections()
  const done = new AbortController()
  const patience = clock.sleep(DRAIN_MS, done.signal).then(() => http.closeAllConnections())
  await closed
  done.abort()
  await patience
}

/** For the log: without what a provider gave the browser to log in with. */
function shownUrl(url: string): string {
  return url.replace(/(\/login\/?\?).*$/s, '$1…').slice(0, 500)
}

function splitUrl(url: string): readonly [path: string, query: string] {
  const mark = url.indexOf('?')
  return mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)]
}

/** Files whose names change with their content; open to everybody, as Flower's static files are. */
function isAsset(path: string): boolean {
  return path.startsWith('/_next/static/') && !/\.\.|\/\/|\\|%2e|%2f|%5c|%00/i.test(path)
}

/** For the metrics: few words, whatever is asked for. */
function kindOf(path: string): string {
  if (isSocketPath(path)) return 'socket'
  if (path.startsWith('/api/')) return 'api'
  if (path.startsWith('/umbel/')) return 'own'
  if (UNCOUNTED.has(path)) return 'watch'
  return isAsset(path) ? 'asset' : 'page'
}

function isSocketPath(path: string): boolean {
  return path === SOCKET_PATH || path === `${SOCKET_PATH}/`
}

function secured(res: ServerResponse): ServerResponse {
  secureData(res)
  return res
}

function refuseOversized(req: IncomingMessage, limits: ServerLimits): void {
  if ((req.url ?? '').length > limits.urlBytes) {
    throw new UmbelError('request/too-large', { what: 'address', limit: limits.urlBytes })
  }
  if (req.rawHeaders.length / 2 > limits.headerCount) {
    throw new UmbelError('request/too-large', { what: 'number of headers', limit: limits.headerCount })
  }
}

/** Only plain paths: an absolute address (`GET http://other/`) or `//other` could be taken for another server's. */
function refuseOddPath(url: string): void {
  if (!url.startsWith('/') || url.startsWith('//') || url.startsWith('/\\')) {
    throw new UmbelError('request/bad-path', { reason: 'it must begin with one slash' })
  }
}

/** A page's own answer to a request that goes nowhere, in Flower's words where it has some (flower.md 5.1). */
function pageProblem(error: UmbelError): Reply {
  if (isProblem(error, 'request/unauthenticated')) return askForPassword()
  if (isProblem(error, 'request/too-large')) {
    return { ...problemReply('flower', error), status: error.facts.what === 'address' ? 414 : 431 }
  }
  if (isProblem(error, 'internal'))
    return { status: 500, type: 'text/plain; charset=UTF-8', body: 'Something went wrong.' }
  return problemReply('flower', error)
}

const GARBAGE_STATUS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
}

function refuseGarbage(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const status = GARBAGE_STATUS[error.code ?? ''] ?? '400 Bad Request'
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
