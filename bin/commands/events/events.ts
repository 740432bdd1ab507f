/** `umbel events`: a screen of tasks, or with `--dump` every event as a line (client-cli.md B6). */
import { UmbelError } from '../../../lib/errors.ts'
import { createCluster } from '../../../lib/monitor/cluster.ts'
import { decodeEvents, type EventReading } from '../../../lib/protocol/events.ts'
import { every } from '../../../lib/runtime/every.ts'
import type { Runtime } from '../../../lib/runtime/runtime.ts'
import { parseRate } from '../../../worker/rate-limit.ts'
import { type Environment, optionValues, readArguments } from '../../options/parse-options.ts'
import { type EventsOptions, eventsOptions } from '../../options/remote-options.ts'
import { packageVersion } from '../../package-root.ts'
import { type AppLinks, openAppLinks } from '../app-links.ts'
import { enterWorkdir } from '../client-links.ts'
import { createCommandRuntime } from '../command-runtime.ts'
import { aborted, endSignals } from '../end-signals.ts'
import { unexpected } from '../remote/remote.ts'
import { say } from '../style.ts'
import { createDumper } from './dump.ts'
import { createTop } from './top.ts'

/** Celery's State keeps as many. */
const KEPT = { maxTasks: 10_000, maxWorkers: 5_000, maxFieldBytes: 20_000 }
const EXPIRE_EVERY_MS = 5_000

export async function eventsCommand(argv: readonly string[], environment: Environment): Promise<number> {
  const given = readArguments(eventsOptions, argv, { words: true })
  const options = optionValues(eventsOptions, given, environment, null)
  if (given.words.length > 0) throw unexpected(given.words)
  if (options.camera !== null) {
    const reason = 'umbel has no cameras: its dashboard keeps what a camera would store, and hands it out by its API'
    throw new UmbelError('command/usage', { reason })
  }
  if (!options.dump && (process.stdout.isTTY !== true || process.stdin.isTTY !== true)) {
    throw new UmbelError('command/usage', { reason: 'The screen needs a terminal; use --dump for lines.' })
  }
  const pauseMs = pauseOf(options)
  enterWorkdir(options)
  // Nothing may be logged onto the screen.
  const runtime = createCommandRuntime({ ...options, loglevel: 'error' })
  const links = await openAppLinks({ ...options, result_backend: 'disabled' }, runtime, { appIsNeeded: false })
  links.app.attach({ broker: links.broker, results: null, runtime })
  const end = endSignals(() => {})
  try {
    if (options.dump) await dump(links, runtime, end.signal)
    else await top(links, runtime, pauseMs, end.signal)
  } finally {
    end.dispose()
    await links.close()
  }
  return 0
}

/** The slower of both. */
function pauseOf({ frequency, maxrate }: EventsOptions): number {
  const perSecond = maxrate === null ? null : rateOf(maxrate)
  return Math.max((frequency ?? 1) * 1000, perSecond === null || perSecond === 0 ? 0 : 1000 / perSecond)
}

function rateOf(text: string): number | null {
  try {
    const rate = parseRate(text)
    return typeof rate === 'number' ? rate : null
  } catch {
    throw new UmbelError('option/invalid', { option: '--maxrate', value: text, expected: 'a rate such as 10/m' })
  }
}

async function dump({ app, broker }: AppLinks, runtime: Runtime, signal: AbortSignal): Promise<void> {
  const { clock } = runtime
  const dumper = createDumper(say, readingOf(app))
  say('-> evdump: starting capture...')
  const unlisten = broker.onStatus(({ state, reason }) => {
    if (state === 'reconnecting') say(`-> Cannot connect to ${broker.url}: ${reason}.\nTrying again...`)
  })
  broker.open().catch(() => {}) // closed before it was connected
  const subscription = await Promise.race([
    broker.fanout.subscribe(app.compiled.eventExchange, '#', ({ raw }) => dumper.take(raw, clock.nowMs() / 1000)),
    aborted(signal),
  ])
  await aborted(signal)
  unlisten()
  await subscription?.close()
}

/** As Celery's receivers: JSON, and what the app itself writes. */
function readingOf({ compiled: { codecs, eventSerializer } }: AppLinks['app']): EventReading {
  return { codecs, accept: ['json', eventSerializer] }
}

async function top({ app, broker }: AppLinks, runtime: Runtime, everyMs: number, signal: AbortSignal): Promise<void> {
  const { clock } = runtime
  const cluster = createCluster(KEPT)
  const quit = new AbortController()
  const ended = AbortSignal.any([signal, quit.signal])
  const reading = readingOf(app)
  let events = 0
  broker.open().catch(() => {}) // closed before it was connected
  void broker.fanout.subscribe(app.compiled.eventExchange, '#', ({ raw }) => {
    const nowMs = clock.nowMs()
    decodeEvents(
      raw,
      nowMs / 1000,
      (event) => {
        events += 1
        cluster.apply(event, nowMs)
      },
      () => {},
      reading,
    )
    cluster.flush(nowMs)
  })
  const { stdin, stdout } = process
  const terminal = {
    get width() {
      return stdout.columns
    },
    get height() {
      return stdout.rows
    },
    write: (text: string) => void stdout.write(text),
  }
  const view = createTop({ app, cluster, terminal, version: packageVersion(), events: () => events })
  const press = (key: Buffer) => {
    if (!view.press(key.toString())) quit.abort()
  }
  stdout.write(ENTER_SCREEN)
  stdin.setRawMode(true)
  stdin.on('data', press)
  stdout.on('resize', view.draw)
  const expiring = every(runtime, { name: 'workers', everyMs: EXPIRE_EVERY_MS, atOnce: false }, ended, () =>
    cluster.expireWorkers(clock.nowMs()),
  )
  await every(runtime, { name: 'the screen', everyMs, atOnce: true }, ended, view.draw)
  await expiring
  stdout.off('resize', view.draw)
  stdin.off('data', press)
  stdin.setRawMode(false)
  stdout.write(LEAVE_SCREEN)
}

/** The alternate screen without a cursor: what was on the terminal before is there again afterwards. */
const ENTER_SCREEN = '\u001b[?1049h\u001b[?25l'
const LEAVE_SCREEN = '\u001b[?25h\u001b[?1049l'
