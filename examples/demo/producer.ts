/** Sends the demo's tasks: waves of load like those of a web shop, and now and then an incident. */
import { type Celery, chain, chord } from 'umbel'
import type { Broker } from '../../lib/broker/broker.ts'
import { messageOf } from '../../lib/errors.ts'
import type { Runtime } from '../../lib/runtime/runtime.ts'
import { DEMO_TIMES, type IncidentAt, type IncidentTimes, incidentAt } from './incidents.ts'
import { between, pick, random } from './world.ts'

export interface ProducerOptions {
  readonly app: Celery
  readonly broker: Broker
  readonly runtime: Runtime
  readonly times?: IncidentTimes
  /** When the incidents count from; now, when left out. */
  readonly startedMs?: number
  /** How much of the usual load; 1. */
  readonly share?: number
}

export interface Producer {
  stop(): Promise<void>
}

type Call = readonly [name: string, args: readonly unknown[], kwargs?: Readonly<Record<string, unknown>>]
/** A workflow sends itself. */
type Workflow = (app: Celery) => Promise<unknown>

interface Kind {
  /** Share among all calls. */
  readonly weight: number
  readonly call: () => Call | Workflow
}

const TICK_MS = 250
/** Calls per second: a slow wave, a short one on top, never nothing. */
const BASE_RATE = 11
const WAVES: readonly (readonly [heightPerSecond: number, lengthMs: number])[] = [
  [5, 120_000],
  [2, 23_000],
]

const KINDS: readonly Kind[] = [
  { weight: 22, call: () => ['notifications.push', [user(), pick(['Your parcel is on its way', 'New message'])]] },
  { weight: 16, call: () => ['orders.place', [order(), between(900, 24_900) / 100]] },
  { weight: 12, call: () => ['sync.user', [], { user_id: user() }] },
  { weight: 12, call: () => ['fraud.score', [order()]] },
  { weight: 9, call: () => ['webhooks.deliver', [pick(WEBHOOKS), pick(['order.paid', 'order.shipped'])]] },
  {
    weight: 12,
    call: () => ['images.resize', [`uploads/${between(10_000, 99_999)}.jpg`], { width: pick([320, 640, 1280]) }],
  },
  { weight: 11, call: indexPage },
  { weight: 2, call: () => ['emails.send_receipt', [order()]] },
  {
    weight: 0.7,
    call: () => ['reports.build', [], { kind: pick(['sales', 'stock', 'returns']), rows: between(4, 40) * 1000 }],
  },
  { weight: 0.5, call: () => ['newsletters.send_batch', [pick(['spring-sale', 'back-in-stock']), between(20, 40)]] },
  { weight: 1.2, call: () => uploadPicture },
  { weight: 0.4, call: () => weeklyReport },
]

const REGIONS = ['north', 'east', 'south', 'west', 'overseas'] as const

const WEBHOOKS = ['https://erp.example.com/hooks', 'https://crm.example.net/in'] as const
const TOTAL_WEIGHT = KINDS.reduce((sum, { weight }) => sum + weight, 0)

/** The broker is the one that `app` sends by; while it is away nothing is sent and nothing is kept. */
export function startProducer({ app, broker, runtime, times = DEMO_TIMES, ...options }: ProducerOptions): Producer {
  const { clock, log } = runtime
  const stopped = new AbortController()
  const { startedMs = clock.nowMs(), share = 1 } = options
  let current: IncidentAt | null = null
  let owed = 0
  let failing = false

  function followIncidents(sinceStartMs: number): void {
    const next = incidentAt(sinceStartMs, times)
    if (next?.index === current?.index) return
    if (current !== null) log.info('demo: healed', { incident: current.incident.name })
    if (next !== null) log.info('demo: incident', { incident: next.incident.name })
    current = next
  }

  async function sendDue(sinceStartMs: number): Promise<void> {
    // Chance decides which, not how many, so that the waves are seen.
    owed += (rateAt(sinceStartMs) * share * TICK_MS) / 1000
    const calls: (Call | Workflow)[] = []
    for (; owed >= 1; owed--) calls.push(chosenCall(random()))
    const extra = ((current?.incident.extraIndexing ?? 0) * TICK_MS) / 1000
    if (random() < extra % 1) calls.push(indexPage())
    for (let index = 1; index <= extra; index++) calls.push(indexPage())
    await Promise.all(calls.map((call) => send(app, call)))
  }

  async function loop(): Promise<void> {
    while (!stopped.signal.aborted) {
      const sinceStartMs = clock.nowMs() - startedMs
      followIncidents(sinceStartMs)
      try {
        if (broker.status().state === 'ready') await sendDue(sinceStartMs)
        failing = false
      } catch (error) {
        if (!failing) log.warning('demo: tasks cannot be sent', { reason: messageOf(error) })
        failing = true
      }
      await clock.sleep(TICK_MS, stopped.signal)
    }
  }

  const running = loop()
  return {
    async stop() {
      stopped.abort()
      await running
    },
  }
}

export function rateAt(sinceStartMs: number): number {
  return WAVES.reduce(
    (rate, [height, length]) => rate + height * Math.sin((2 * Math.PI * sinceStartMs) / length),
    BASE_RATE,
  )
}

function send(app: Celery, call: Call | Workflow): Promise<unknown> {
  if (typeof call === 'function') return call(app)
  const [name, args, kwargs = {}] = call
  return app.sendTask(name, args, kwargs)
}

function chosenCall(chance: number): Call | Workflow {
  let left = chance * TOTAL_WEIGHT
  for (const { weight, call } of KINDS) {
    left -= weight
    if (left < 0) return call()
  }
  return indexPage()
}

function indexPage(): Call {
  return ['search.reindex', [pick(['products', 'articles', 'reviews']), between(1, 400)]]
}

/** A chain: the second step gets what the first has given. */
export function uploadPicture(app: Celery) {
  const path = `uploads/${between(10_000, 99_999)}.jpg`
  const resize = app.signature('images.resize', { args: [path], kwargs: { width: 1280 } })
  return chain(resize, app.signature('images.publish')).applyAsync()
}

/** A chord: all regions at the same time, then their sum. */
export function weeklyReport(app: Celery) {
  const parts = REGIONS.map((region) => app.signature('reports.count_region', { args: [region] }))
  return chord(parts, app.signature('reports.sum_up')).applyAsync()
}

function user(): number {
  return between(1_000, 9_999)
}

function order(): number {
  return between(100_000, 999_999)
}
