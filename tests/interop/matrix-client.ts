/** The TypeScript client of the interoperability matrix; compat/matrix_client.py is the same in Python. */
import type { Celery } from '../../lib/client/celery.ts'
import { type CallOptions, chain, chord, group, type Signature } from '../../lib/client/index.ts'
import { type CallOutcome, type CellOf, type MatrixOutcome, VALUE, WIRE_QUEUE } from './cells.ts'

interface Settling {
  get(options: { timeout: number }): Promise<unknown>
  state?(): Promise<string>
}

/** Sends every kind of call in every cell at once, then gathers. */
export async function runMatrix(app: Celery, cells: readonly CellOf[]): Promise<MatrixOutcome> {
  const doomed = await Promise.all(
    cells.map((cell) => callOf(app, cell, 'revoke', 'matrix.echo', [1], { countdown: 8 }).applyAsync()),
  )
  const ids = doomed.map(({ id }) => id)
  await app.control.revoke(ids, { reply: true, limit: 1, timeout: 10 })
  const runs = doomed.map(async (revoked, index) => {
    const cell = cells[index]
    return cell === undefined ? [] : [[cell.name, await runCell(app, cell, revoked)] as const]
  })
  return Object.fromEntries((await Promise.all(runs)).flat())
}

function callOf(app: Celery, cell: CellOf, kind: string, task: string, args: unknown[], options: CallOptions = {}) {
  const { serializer, compression, name } = cell
  return app.signature(task, {
    args,
    kwargs: { key: `${name}:${kind}` },
    options: { serializer, compression, ...options },
  })
}

async function runCell(
  app: Celery,
  cell: CellOf,
  revoked: Settling | null,
): Promise<Readonly<Record<string, CallOutcome>>> {
  const call = (kind: string, task: string, args: unknown[] = [], options: CallOptions = {}): Signature =>
    callOf(app, cell, kind, `matrix.${task}`, args, options)
  await call('wire', 'echo', [VALUE]).applyAsync([], {}, { queue: WIRE_QUEUE })
  const eta = new Date(Date.now() + 1000)
  const linked = call('link', 'add', [10])
  const linkedResult = linked.freeze()
  await call('link', 'add', [1, 1], { link: linked }).applyAsync()
  const parts = (kind: string) => [0, 1, 2].map((n) => call(kind, 'add', [n, n]))

  const sent: Readonly<Record<string, Settling | null>> = {
    success: await call('success', 'echo', [VALUE]).applyAsync(),
    failure: await call('failure', 'fail', ['böom']).applyAsync(),
    retry: await call('retry', 'again').applyAsync(),
    ETA: await call('ETA', 'now', [], { eta }).applyAsync(),
    expire: await call('expire', 'echo', [1], { countdown: 1, expires: 0.5 }).applyAsync(),
    revoke: revoked,
    link: linkedResult,
    chain: await chain(call('chain', 'add', [1, 1]), call('chain', 'add', [4]), call('chain', 'add', [8])).applyAsync(),
    group: await group(parts('group')).applyAsync(),
    chord: await chord(parts('chord'), call('chord', 'tsum')).applyAsync(),
  }
  const settled = Object.entries(sent).map(async ([kind, result]) => {
    const [state, value] = await settle(result)
    return [kind, [state, kind === 'ETA' && state === 'SUCCESS' ? lateness(value, eta) : value]] as const
  })
  return Object.fromEntries(await Promise.all(settled))
}

async function settle(result: Settling | null): Promise<CallOutcome> {
  if (result === null) return ['not sent', null]
  try {
    return ['SUCCESS', await result.get({ timeout: 100 })]
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error))
    return [(await result.state?.()) ?? 'no result', [name, message]]
  }
}

function lateness(ranAt: unknown, eta: Date): string {
  const lateSeconds = Number(ranAt) - eta.getTime() / 1000
  return lateSeconds >= 0 && lateSeconds < 60 ? 'in time' : `${lateSeconds} s after its time`
}
