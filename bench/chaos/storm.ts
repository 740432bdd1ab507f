/**
 * Tasks run while workers are SIGKILLed, their connections are reset every 40 ms and Redis is killed and started
 * again (reliability-security.md 2.0 G1, G2; A2, A6, C1, C3).
 */
import { setTimeout as wait } from 'node:timers/promises'
import { Celery } from '../../lib/client/index.ts'
import { type Cutting, cutOften } from '../../lib/testing/cut-often.ts'
import { type RedisServer, startRedis } from '../../lib/testing/redis.ts'
import { startTcpProxy } from '../../lib/testing/tcp-proxy.ts'
import { waitFor } from '../../lib/testing/wait-for.ts'
import { type Fleet, type Place, startFleet } from './fleet.ts'
import { createLedger, type Ledger } from './ledger.ts'

export interface StormOptions {
  readonly late: number
  readonly early: number
  readonly taskMs: number
  readonly places: readonly Place[]
  readonly kills: number
  readonly redisKills: number
  readonly timeoutMs: number
}

export interface StormReport {
  readonly tookMs: number
  readonly kills: number
  /** Messages in the hands of the killed workers at those instants, one number for each kill. */
  readonly inHand: readonly number[]
  /** Times of the connections' resets. */
  readonly cuts: number
  readonly late: { readonly sent: number; readonly lost: number; readonly doubled: number }
  readonly early: {
    readonly sent: number
    readonly lost: number
    readonly doubled: number
    /** Lost ones whose result says so. */
    readonly reported: number
  }
  /** From each return of Redis to the next task that starts. */
  readonly returnMs: readonly number[]
  /** Messages left anywhere when all was over. */
  readonly left: number
  readonly output: string
}

const REPORT_MS = 40_000
const LOT = 200

export async function runStorm(options: StormOptions): Promise<StormReport> {
  const redis = await startRedis({ appendOnly: true, args: ['--appendfsync', 'always'] })
  const book = await startRedis()
  const proxy = await startTcpProxy(redis.port)
  const ledger = createLedger(book.connect())
  const fleet = startFleet({
    broker: `redis://127.0.0.1:${proxy.port}/0`,
    ledger: book.url,
    places: options.places,
  })
  const app = new Celery('chaos', { broker: redis.url, backend: redis.url })
  let cutting: Cutting | undefined
  try {
    await fleet.ready()
    const startedMs = performance.now()
    const { late, early } = await sendAll(app, options)
    cutting = cutOften(proxy, redis.connect())
    const { inHand, returnMs } = await harm(options, redis, fleet, ledger)
    const isDone = async () => (await ledger.verdict(late)).lost.length === 0
    await waitFor(isDone, { timeoutMs: options.timeoutMs, everyMs: 200, what: 'all late-acked tasks' }).catch(() => {})
    cutting.stop()
    const left = () => messagesLeft(redis)
    await waitFor(async () => (await left()) === 0, { what: 'nothing left in Redis' }).catch(() => {})

    const [ofLate, ofEarly] = [await ledger.verdict(late), await ledger.verdict(early)]
    return {
      tookMs: performance.now() - startedMs,
      kills: fleet.kills,
      inHand,
      cuts: cutting.cuts,
      late: { sent: late.length, lost: ofLate.lost.length, doubled: ofLate.doubled },
      early: {
        sent: early.length,
        lost: ofEarly.lost.length,
        doubled: ofEarly.doubled,
        reported: await countReported(app, ofEarly.lost),
      },
      returnMs,
      left: await left(),
      output: fleet.output(),
    }
  } finally {
    cutting?.stop()
    await app.close()
    await fleet.stop()
    await proxy.close()
    await redis.stop()
    await book.stop()
  }
}

async function sendAll(app: Celery, { late, early, taskMs }: StormOptions) {
  const ids: { late: string[]; early: string[] } = { late: [], early: [] }
  const total = late + early
  for (let from = 0; from < total; from += LOT) {
    const lot = Array.from({ length: Math.min(LOT, total - from) }, (_, at) => kindOf(from + at, late, early))
    const sent = await Promise.all(
      lot.map(async (kind) => ({ kind, id: (await app.sendTask(`chaos.${kind}`, [taskMs])).id })),
    )
    for (const { kind, id } of sent) ids[kind].push(id)
  }
  return ids
}

/** The two kinds in turn, evenly mixed. */
function kindOf(at: number, late: number, early: number): 'late' | 'early' {
  const share = early / (late + early)
  return Math.floor((at + 1) * share) > Math.floor(at * share) ? 'early' : 'late'
}

/** The faults, spread over the work: each comes when so many more tasks have ended. */
async function harm(options: StormOptions, redis: RedisServer, fleet: Fleet, ledger: Ledger) {
  const { kills, redisKills, places, timeoutMs } = options
  const inHand: number[] = []
  const returnMs: number[] = []
  const faults = [...alternate(kills, redisKills)]
  const each = Math.floor((options.late + options.early) / (faults.length + 1))
  for (const [at, fault] of faults.entries()) {
    const reached = async () => (await ledger.ended()) >= each * (at + 1)
    await waitFor(reached, { timeoutMs, what: `the work before fault ${at + 1}` })
    if (fault === 'redis') returnMs.push(await restartRedis(redis, ledger))
    else {
      await fleet.kill(inHand.length % places.length, async (worker) => {
        inHand.push(await ledger.startedBy(worker, await idsInHand(redis)))
      })
    }
  }
  return { inHand, returnMs }
}

function* alternate(kills: number, redisKills: number): Iterable<'worker' | 'redis'> {
  for (let at = 0; at < kills + redisKills; at++) {
    const share = redisKills / (kills + redisKills)
    yield Math.floor((at + 1) * share) > Math.floor(at * share) ? 'redis' : 'worker'
  }
}

async function restartRedis(redis: RedisServer, ledger: Ledger): Promise<number> {
  await redis.kill()
  // Bodies that had begun end meanwhile; what starts after the return has been taken after it.
  let [before, now] = [-1, await ledger.started()]
  while (before !== now) {
    before = now
    await wait(300)
    now = await ledger.started()
  }
  await redis.restart()
  const startMs = performance.now()
  await waitFor(async () => (await ledger.started()) > now, { timeoutMs: REPORT_MS, what: 'a task after the return' })
  return performance.now() - startMs
}

async function idsInHand(redis: RedisServer): Promise<readonly string[]> {
  const entries = await redis.connect().hvals('unacked')
  return entries.map((entry) => String(JSON.parse(entry)[0].headers.id))
}

async function messagesLeft(redis: RedisServer): Promise<number> {
  const client = redis.connect()
  const [waiting, held] = await Promise.all([client.llen('celery'), client.hlen('unacked')])
  return waiting + held
}

/** A lost task is reported when whoever asks for its result is told of the lost worker. */
async function countReported(app: Celery, lost: readonly string[]): Promise<number> {
  const isReported = async (id: string) => {
    const meta = await app.result(id).meta()
    return meta?.status === 'FAILURE' && JSON.stringify(meta.result).includes('WorkerLost')
  }
  const reported = new Set<string>()
  const all = async () => {
    for (const id of lost) if (!reported.has(id) && (await isReported(id))) reported.add(id)
    return reported.size === lost.length
  }
  await waitFor(all, { timeoutMs: REPORT_MS, everyMs: 200 }).catch(() => {})
  return reported.size
}
