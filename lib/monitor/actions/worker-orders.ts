/** What a worker's pool, queues and limits can be told, each a control command of Celery (wire.md D5). */
import { z } from 'zod'
import type { Actor, Role } from '../contracts.ts'
import { poolSlots } from '../pool-slots.ts'
import { type ActionDeps, action } from './action.ts'
import type { Ending } from './command-log.ts'
import { type ClassOrder, orderAll } from './order-all.ts'
import { type Order, orderWorker } from './worker-order.ts'

const worker = z.string().min(1).max(500)
const queue = z.string().min(1).max(255)
const task = z.string().min(1).max(500)
const seconds = z.number().min(0).max(1e9).nullable()
const LOOK_AGAIN_MS = 300
const LOOKS = 30

const resize = z.strictObject({ worker, by: z.number().int().min(-1_000).max(1_000) })

export const growPool = action({
  name: 'worker.pool-grow',
  role: 'admin',
  input: resize,
  run: (input, deps, actor) => resizePool('grow', input.worker, input.by, deps, actor),
})

export const shrinkPool = action({
  name: 'worker.pool-shrink',
  role: 'admin',
  input: resize,
  run: (input, deps, actor) => resizePool('shrink', input.worker, input.by, deps, actor),
})

export const autoscalePool = orderAction({
  name: 'worker.autoscale',
  role: 'admin',
  input: z.strictObject({ worker, min: z.number().int(), max: z.number().int() }),
  order: ({ worker: name, min, max }) => ({
    command: 'autoscale',
    args: { min, max },
    summary: `Autoscale ${name} between ${min} and ${max}`,
  }),
})

export const restartPool = orderAction({
  name: 'worker.pool-restart',
  role: 'admin',
  input: z.strictObject({ worker }),
  order: ({ worker: name }) => ({
    command: 'pool_restart',
    args: { reload: false },
    summary: `Restart the pool of ${name}`,
  }),
})

export const addConsumer = orderAction({
  name: 'worker.add-consumer',
  role: 'admin',
  input: z.strictObject({ worker, queue }),
  order: (input) => ({
    command: 'add_consumer',
    args: { queue: input.queue },
    summary: `Let ${input.worker} take from ${input.queue}`,
  }),
})

export const cancelConsumer = orderAction({
  name: 'worker.cancel-consumer',
  role: 'admin',
  input: z.strictObject({ worker, queue }),
  order: (input) => ({
    command: 'cancel_consumer',
    args: { queue: input.queue },
    summary: `Let ${input.worker} take no more from ${input.queue}`,
  }),
})

/** `rate` as Celery writes it: `10/m`, `5`, `0` for none. The worker itself refuses what it cannot read. */
export const rateLimit = action({
  name: 'task.rate-limit',
  role: 'operator',
  input: z.strictObject({ worker: worker.optional(), task, rate: z.string().min(1).max(50) }),
  run: ({ worker: name, task, rate }, deps, by) =>
    limitTask(
      {
        ...{ action: 'task.rate-limit', command: 'rate_limit', taskName: task },
        args: { task_name: task, rate_limit: rate },
        summary: `Limit ${task} on ${name ?? 'all workers'} to ${rate}`,
      },
      name,
      deps,
      by,
    ),
})

/** Seconds; null = no limit. */
export const timeLimit = action({
  name: 'task.time-limit',
  role: 'admin',
  input: z.strictObject({ worker: worker.optional(), task, soft: seconds, hard: seconds }),
  run: ({ worker: name, task, soft, hard }, deps, by) =>
    limitTask(
      {
        ...{ action: 'task.time-limit', command: 'time_limit', taskName: task },
        args: { task_name: task, hard, soft },
        summary: `Time limits of ${task} on ${name ?? 'all workers'}: soft ${inWords(soft)}, hard ${inWords(hard)}`,
      },
      name,
      deps,
      by,
    ),
})

/** `name` undefined: all workers. */
function limitTask(order: ClassOrder, name: string | undefined, deps: ActionDeps, by: Actor) {
  return name === undefined ? orderAll(order, deps, by) : orderWorker({ ...order, worker: name }, deps, by)
}

interface OrderRow<S extends z.ZodType<{ readonly worker: string }>> {
  readonly name: string
  readonly role: Role
  readonly input: S
  readonly order: (input: z.output<S>) => Pick<Order, 'command' | 'args' | 'summary'>
}

/** An action that is one order to one worker. */
function orderAction<S extends z.ZodType<{ readonly worker: string }>>({ name, role, input, order }: OrderRow<S>) {
  return action({
    name,
    role,
    input,
    run: (given, deps, by) => orderWorker({ action: name, worker: given.worker, ...order(given) }, deps, by),
  })
}

function inWords(limit: number | null): string {
  return limit === null ? 'none' : `${limit} s`
}

function resizePool(how: 'grow' | 'shrink', name: string, by: number, deps: ActionDeps, actor: Actor) {
  const before = poolSlots(deps.inspector.answers(name).stats?.value)
  const expected = before === null ? null : before + (how === 'grow' ? by : -by)
  return orderWorker(
    {
      action: `worker.pool-${how}`,
      command: `pool_${how}`,
      args: { n: by },
      worker: name,
      summary: `${how === 'grow' ? 'Grow' : 'Shrink'} the pool of ${name} by ${by}`,
      shown: () => sizeSeen(name, expected, deps),
    },
    deps,
    actor,
  )
}

/** A pool that shrinks answers first and lets its processes go a moment later. `expected` null: not known. */
async function sizeSeen(name: string, expected: number | null, { inspector, runtime }: ActionDeps): Promise<Ending> {
  for (let look = 0; look < LOOKS; look++) {
    const [stats] = await inspector.ask('stats', {}, { destination: [name] })
    const slots = poolSlots(stats?.reply)
    if (stats !== undefined && (expected === null || slots === expected)) {
      return { state: 'confirmed', text: `${name} answered. Its pool has ${slots ?? 'an unknown number of'} slots.` }
    }
    await runtime.clock.sleep(LOOK_AGAIN_MS)
  }
  return { state: 'answered', text: `${name} answered, but its pool has not changed its size in 10 s.` }
}
