/** stats, ping, clock, report, hello: facts about the worker itself (wire.md D4). */
import { arch, platform, release } from 'node:os'
import { pythonRepr } from '../../lib/protocol/repr.ts'
import { idsOfHello } from '../revoked.ts'
import { type Command, elementsOf, isTruthy, refuseArguments, requireArguments } from './command.ts'
import { usedConf } from './conf.ts'
import type { Node } from './node.ts'

export const ping: Command = () => ({ ok: 'pong' })

export const clock: Command = (node) => ({ clock: node.app.clock.value })

export const hello: Command = (node, args) => {
  requireArguments('hello', args, ['from_node'])
  const { from_node: from, revoked } = args
  if (from === node.hostname) return null
  node.runtime.log.info(`sync with ${String(from)}`)
  const ids = idsOfHello(isTruthy(revoked) ? elementsOf(revoked) : [])
  node.revoked.merge(ids.map((id) => ({ id, ageMs: 0 })))
  if (ids.length > 0) node.consumer.discardRevoked()
  return { revoked: node.revoked.ids(), clock: node.app.clock.forward() }
}

export const stats: Command = (node) => ({
  total: Object.fromEntries(node.books.totals),
  pid: process.pid,
  clock: String(node.app.clock.value),
  uptime: Math.round((node.runtime.clock.monotonicMs() - node.startedMs) / 1000),
  pool: node.pool.stats(),
  ...(node.autoscaler === null ? {} : { autoscaler: node.autoscaler.stats() }),
  broker: brokerFacts(node),
  prefetch_count: node.consumer.prefetch,
  rusage: resourceUsage(),
})

export const report: Command = (node, args) => {
  refuseArguments('report', args)
  return {
    ok: [
      '',
      `software -> umbel:${node.version} node:${process.versions.node}`,
      `platform -> system:${platform()} arch:${arch()} kernel version:${release()}`,
      `loader   -> app:${node.app.name}`,
      `settings -> transport:${node.broker.kind} results:${node.results?.url ?? 'disabled'}`,
      '',
      ...Object.entries(usedConf(node, false)).map(([name, value]) => `${name}: ${pythonRepr(value)}`),
      '',
    ].join('\n'),
  }
}

function brokerFacts({ broker, app }: Node) {
  const url = parseUrl(broker.url)
  const database = url?.pathname.slice(1) ?? ''
  return {
    hostname: url?.hostname || null,
    userid: url?.username || null,
    virtual_host: database === '' ? '0' : database,
    port: url === null || url.port === '' ? null : Number(url.port),
    insist: false,
    ssl: broker.url.startsWith('rediss:'),
    transport: broker.kind,
    connect_timeout: app.conf.broker_connection_timeout,
    transport_options: {},
    login_method: null,
    uri_prefix: null,
    heartbeat: app.conf.broker_heartbeat,
    failover_strategy: 'round-robin',
    alternates: [],
    credential_provider: null,
  }
}

function parseUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null
}

/** The names and units of Python's getrusage: seconds, and kilobytes for maxrss. */
function resourceUsage() {
  const usage = process.resourceUsage()
  return {
    utime: usage.userCPUTime / 1e6,
    stime: usage.systemCPUTime / 1e6,
    maxrss: usage.maxRSS,
    ixrss: usage.sharedMemorySize,
    idrss: usage.unsharedDataSize,
    isrss: usage.unsharedStackSize,
    minflt: usage.minorPageFault,
    majflt: usage.majorPageFault,
    nswap: usage.swappedOut,
    inblock: usage.fsRead,
    oublock: usage.fsWrite,
    msgsnd: usage.ipcSent,
    msgrcv: usage.ipcReceived,
    nsignals: usage.signalsCount,
    nvcsw: usage.voluntaryContextSwitches,
    nivcsw: usage.involuntaryContextSwitches,
  }
}
