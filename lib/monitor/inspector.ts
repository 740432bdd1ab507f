/**
 * Remote control of workers (wire.md D): questions with answers, orders without, and a cache of what each worker said
 * last, kept fresh in the background so that no page waits for a worker.
 */
import { randomUUID } from 'node:crypto'
import type { Broker } from '../broker/broker.ts'
import { askWorkers, sendCommand } from '../client/control/ask.ts'
import { createReplyBox, type WorkerReply } from '../client/control/reply-box.ts'
import { messageOf } from '../errors.ts'
import type { Codecs } from '../protocol/codecs.ts'
import { nodeCodecs } from '../runtime/codecs.ts'
import { every } from '../runtime/every.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { Service } from '../runtime/service.ts'
import { createAnswerCache } from './answer-cache.ts'
import { type AskOptions, type ClusterReader, INSPECT_COMMANDS, type Inspector } from './contracts.ts'
import type { MonitorSettings } from './settings.ts'

/** Beat answers `ping` under this name since 5.7 and ignores all else (wire.md D5). It is no worker. */
const BEAT_PREFIX = 'celerybeat@'
/** What changes from second to second; asked often, but only of workers that somebody looks at. */
const LIVELY = ['active', 'reserved', 'scheduled', 'stats'] as const
const LIVELY_EVERY_MS = 2_000
/** Workers that appear together are asked together. */
const APPEARED_EVERY_MS = 500
/** A worker says that it is online before it listens to questions: it is asked again until it answers. */
const APPEARED_TRIES = 8

export interface InspectorService extends Inspector, Service {
  /** Somebody looks at this worker: its task lists are asked for every 2 s until the function returned is called. */
  watch(worker: string): () => void
  /** To be called when events are (again) listened to: workers announce themselves and are asked everything. */
  greet(): Promise<void>
  /** Workers that ever answered. */
  known(): Iterable<string>
}

export interface InspectorDeps {
  readonly runtime: Runtime
  readonly broker: Broker
  readonly cluster: ClusterReader
  readonly settings: MonitorSettings
  /** Those of an app that signs. */
  readonly codecs?: Codecs
}

export function createInspector(deps: InspectorDeps): InspectorService {
  const { runtime, broker, cluster, settings } = deps
  const { clock, log } = runtime
  const cache = createAnswerCache(settings.maxWorkers, settings.maxAnswerItems)
  const listeners = new Set<(worker: string) => void>()
  const watched = new Map<string, number>()
  const refreshing = new Map<string, Promise<void>>()
  /** Workers that have not yet answered since they appeared; how often they are still asked. */
  const appeared = new Map<string, number>()
  /** Process id of each worker that is online: another one under the same name is another worker. */
  const pids = new Map<string, number | null>()
  const ended = new AbortController()
  const loops: Promise<void>[] = []
  let unlisten = () => {}

  /** What workers accept that accept no JSON. */
  const { codecs = nodeCodecs } = deps
  const isSigned = codecs.serializers.some(({ name }) => name === 'auth')
  const content = { codecs, serializer: isSigned ? 'auth' : settings.controlSerializer }
  const box = createReplyBox({ broker, runtime, codecs, onLate: (command, reply) => remember(command, reply) })

  const remember = (command: string, { worker, reply }: WorkerReply) => {
    if (!cache.keep(worker, command, reply, clock.nowMs())) return
    for (const listener of listeners) listener(worker)
  }

  function publish(command: string, args: object, destination: readonly string[] | null, ticket: string | null) {
    return sendCommand(
      { broker, runtime },
      { method: command, arguments: { ...args }, destination, ticket, content },
      box,
    )
  }

  async function ask(command: string, args: object, options: AskOptions = {}): Promise<readonly WorkerReply[]> {
    const { destination = null, timeoutMs = settings.inspectTimeoutMs, onReply, beatsOnly = false } = options
    const seen = new Set<string>()
    return askWorkers({ broker, runtime }, box, {
      method: command,
      arguments: { ...args },
      destination,
      content,
      timeoutMs,
      signal: ended.signal,
      accept({ worker }) {
        if (seen.has(worker) || (destination === null && worker.startsWith(BEAT_PREFIX) !== beatsOnly)) return false
        seen.add(worker)
        return true
      },
      onReply(reply) {
        remember(command, reply)
        onReply?.(reply)
      },
    })
  }

  /** Without a destination an answer from every worker that is online ends the wait early. */
  async function askAll(commands: readonly string[], worker: string | null): Promise<void> {
    const online = worker === null ? onlineWorkers(cluster) : [worker]
    const answered = new Map<string, Set<string>>(commands.map((command) => [command, new Set()]))
    const done = new AbortController()
    const count = (command: string, name: string) => {
      answered.get(command)?.add(name)
      const complete = [...answered.values()].every((names) => online.every((one) => names.has(one)))
      if (online.length > 0 && complete) done.abort()
    }
    const questions = commands.map((command) => {
      const ticket = randomUUID()
      const expected = box.expect(ticket, command, (reply) => {
        remember(command, reply)
        count(command, reply.worker)
      })
      return { command, ticket, expected }
    })
    try {
      for (const { command, ticket } of questions) {
        await publish(command, argumentsOf(command), worker === null ? null : [worker], ticket)
      }
      await clock.sleep(settings.inspectTimeoutMs, AbortSignal.any([done.signal, ended.signal]))
    } finally {
      for (const { expected } of questions) expected.end()
    }
  }

  function refresh(worker: string | null, commands: readonly string[]): Promise<void> {
    const key = `${commands.length} ${worker ?? ''}`
    const running = refreshing.get(key)
    if (running !== undefined) return running
    const round = askAll(commands, worker).finally(() => {
      refreshing.delete(key)
      if (worker !== null) for (const listener of listeners) listener(worker)
    })
    refreshing.set(key, round)
    return round
  }

  /** Rounds in the background: a broker that is away is told by its status, not by each of them. */
  const quietly = async (work: () => Promise<unknown>) => {
    if (broker.status().state !== 'ready' || ended.signal.aborted) return
    await work().catch((error: unknown) => log.debug('Workers could not be asked', { reason: messageOf(error) }))
  }
  const tell = (command: string, args: object, destination?: readonly string[]) =>
    publish(command, args, destination ?? null, null)

  const notice = (name: string) => {
    const worker = cluster.worker(name)
    if (worker === undefined || !worker.online) {
      pids.delete(name)
      return
    }
    if (pids.has(name) && pids.get(name) === worker.pid) return
    pids.set(name, worker.pid)
    if (!name.startsWith(BEAT_PREFIX)) appeared.set(name, APPEARED_TRIES)
  }
  const askAppeared = async () => {
    const names = [...appeared.keys()]
    const startMs = clock.nowMs()
    if (names.length > 3) await refresh(null, INSPECT_COMMANDS)
    else await Promise.all(names.map((name) => refresh(name, INSPECT_COMMANDS)))
    for (const name of names) {
      const tries = (appeared.get(name) ?? 1) - 1
      const answered = (cache.of(name).stats?.atMs ?? 0) >= startMs
      if (answered || tries <= 0 || !pids.has(name)) appeared.delete(name)
      else appeared.set(name, tries)
    }
  }

  const repeat = (name: string, everyMs: number, atOnce: boolean, work: () => Promise<unknown>) =>
    loops.push(every(runtime, { name, everyMs, atOnce }, ended.signal, () => quietly(work)))

  return {
    name: 'inspector',
    ask,
    tell,
    answers: (worker) => cache.of(worker),
    refresh: (worker) => refresh(worker ?? null, INSPECT_COMMANDS),
    inspecting: (worker) => [worker, ''].some((name) => refreshing.has(`${INSPECT_COMMANDS.length} ${name}`)),
    known: () => cache.workers(),
    onAnswers(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    watch(worker) {
      watched.set(worker, (watched.get(worker) ?? 0) + 1)
      void quietly(() => refresh(worker, INSPECT_COMMANDS))
      let over = false
      return () => {
        if (over) return
        over = true
        const left = (watched.get(worker) ?? 1) - 1
        if (left > 0) watched.set(worker, left)
        else watched.delete(worker)
      }
    },
    async greet() {
      await quietly(() => tell('heartbeat', {}))
      if (settings.enableEvents) await quietly(() => tell('enable_events', {}))
      await quietly(() => refresh(null, INSPECT_COMMANDS))
    },
    async start() {
      box.start()
      unlisten = cluster.onChange(({ workers }) => {
        for (const name of workers) notice(name)
      })
      repeat('inspect', settings.inspectEveryMs, false, () => refresh(null, INSPECT_COMMANDS))
      repeat('inspect of new workers', APPEARED_EVERY_MS, false, askAppeared)
      repeat('inspect of watched workers', LIVELY_EVERY_MS, false, () =>
        Promise.all([...watched.keys()].map((worker) => refresh(worker, LIVELY))),
      )
      if (settings.enableEvents) {
        repeat('enable_events', settings.enableEventsEveryMs, true, () => tell('enable_events', {}))
      }
    },
    async stop() {
      if (ended.signal.aborted) return
      ended.abort()
      unlisten()
      await Promise.all(loops)
      await box.stop()
    },
  }
}

/** `safe`: arguments as Python text, not as JSON that a worker could fail to write (wire.md D3). */
function argumentsOf(command: string): object {
  if (command === 'active') return { safe: true }
  if (command === 'conf') return { with_defaults: false }
  return {}
}

function onlineWorkers(cluster: ClusterReader): readonly string[] {
  const names: string[] = []
  for (const worker of cluster.workers()) if (worker.online) names.push(worker.name)
  return names
}
