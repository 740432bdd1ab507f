/** Our server with the real monitor over a real broker, for tests: own port, pages that only say where they were asked. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Broker } from '../broker/broker.ts'
import { openBroker } from '../broker/open-broker.ts'
import { createMonitor, type Monitor } from '../monitor/monitor.ts'
import { openResults } from '../results/open-results.ts'
import { readResultTransportOptions } from '../results/transport-options.ts'
import { createRuntime, type Runtime } from '../runtime/runtime.ts'
import { startAll } from '../runtime/service.ts'
import { createServer, type ServerOptions } from '../server/server.ts'

export interface UmbelServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  readonly port: number
  readonly monitor: Monitor
  readonly broker: Broker
  stop(): Promise<void>
}

export interface UmbelServerOptions
  extends Partial<
    Pick<
      ServerOptions,
      'basicAuth' | 'metricsAuth' | 'readOnly' | 'apiIsOpen' | 'limits' | 'access' | 'xheaders' | 'port'
    >
  > {
  readonly broker: string
  /** Instead of what a URL opens. */
  readonly openedBroker?: Broker
  /** Of the broker; its master's name is also that of the results. */
  readonly transportOptions?: Readonly<Record<string, unknown>>
  readonly runtime?: Runtime
}

export async function startUmbelServer(options: UmbelServerOptions): Promise<UmbelServer> {
  const { runtime = createRuntime(), basicAuth = [], readOnly = false, apiIsOpen = () => true, limits = {} } = options
  const { transportOptions = {} } = options
  const broker = options.openedBroker ?? openBroker(options.broker, { runtime, transportOptions })
  const resultsUrl = broker.kind === 'amqp' ? null : options.broker
  const results =
    resultsUrl === null ? null : openResults(resultsUrl, { runtime, ...readResultTransportOptions(transportOptions) })
  const monitor = createMonitor({
    runtime,
    broker,
    results,
    alerts: { rules: [], channels: [] },
    dataDir: null,
    version: '0.0.0-test',
    settings: { readOnly, queuePollMs: 200 },
  })
  const pages = {
    handle(req: IncomingMessage, res: ServerResponse) {
      res.setHeader('Content-Type', 'text/html; charset=utf-8')
      res.end(`page ${req.url} ${req.headers['content-security-policy'] ?? ''}`)
    },
  }
  const server = createServer({
    ...{ runtime, monitor, pages, basicAuth, readOnly, apiIsOpen, limits },
    metricsAuth: options.metricsAuth ?? [],
    ...(options.access !== undefined && { access: options.access }),
    xheaders: options.xheaders ?? false,
    address: '127.0.0.1',
    port: options.port ?? 0,
  })
  broker.open().catch(() => {}) // closed before it connected
  const stopAll = await startAll([server, monitor], new AbortController().signal)
  return {
    url: `http://127.0.0.1:${server.port}`,
    port: server.port,
    monitor,
    broker,
    async stop() {
      await stopAll()
      await results?.close()
      await broker.close()
    },
  }
}
