/** One client, one worker, a Redis of their own: sends all calls of some cells and tells how they ended. */
import { startRedis } from '../../lib/testing/redis.ts'
import { type CellOf, type CountedOutcome, KINDS, type MatrixOutcome, VALUE, WIRE_QUEUE } from './cells.ts'
import { runMatrix } from './matrix-client.ts'
import { askPython, openApp, quiet, type ResultSerializer, type Side, type SideOptions, serve } from './sides.ts'

export interface PairOptions {
  readonly client: Side
  readonly worker: Side
  readonly cells: readonly CellOf[]
  readonly resultSerializer?: ResultSerializer
  readonly resultCompression?: string
}

/** A message as Redis holds it. */
export interface RawMessage {
  readonly body: string
  readonly headers: Readonly<Record<string, unknown>>
  readonly 'content-type': string
}

export interface PairOutcome {
  /** By cell, then by kind. */
  readonly calls: Readonly<Record<string, Readonly<Record<string, CountedOutcome>>>>
  /** One for each cell. */
  readonly messages: readonly RawMessage[]
  /** What the backend holds for the tasks that have ended. */
  readonly metas: readonly Buffer[]
}

export async function runPair({ client, worker, cells, ...results }: PairOptions): Promise<PairOutcome> {
  const server = await startRedis()
  const redis = server.connect()
  const options = { url: server.url, redis, ...results }
  const stop = await serve(worker, options)
  try {
    const outcome = await send(client, cells, options)
    await quiet(redis)
    const calls: Record<string, Record<string, CountedOutcome>> = {}
    for (const { name } of cells) {
      const counts = await redis.mget(KINDS.map((kind) => `ran:${name}:${kind}`))
      const entries = KINDS.map((kind, i): [string, CountedOutcome] => {
        const [state, value] = outcome[name]?.[kind] ?? ['nothing', null]
        return [kind, [state, value, Number(counts[i])]]
      })
      calls[name] = Object.fromEntries(entries)
    }
    const messages = (await redis.lrange(WIRE_QUEUE, 0, -1)).map((text): RawMessage => JSON.parse(text))
    const metas = (await redis.mgetBuffer(await redis.keys('celery-task-meta-*'))).filter((meta) => meta !== null)
    return { calls, messages, metas }
  } finally {
    await stop()
    await server.stop()
  }
}

async function send(client: Side, cells: readonly CellOf[], options: SideOptions): Promise<MatrixOutcome> {
  if (client !== 'TypeScript') {
    const pairs = cells.map(({ serializer, compression }) => [serializer, compression])
    return askPython(client, 'matrix_client', [pairs, VALUE], options)
  }
  const app = openApp(options)
  const outcome = await runMatrix(app, cells)
  await app.close()
  return outcome
}
