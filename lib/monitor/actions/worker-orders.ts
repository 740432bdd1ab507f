/** What a worker's pool, queues and limits can be told, each a control command of Celery (wire.md D5). */
import { z } from 'zod'
import type { Actor, Role } from '../contracts.ts'
import { poolSlots } from '../pool-slots.ts'
import { type ActionDeps, action } from './action.ts'
import type { Ending } from './command-log.ts'
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
export const rateLimit = orderAction({
  name: 'task.rate-limit',
  role: 'operator',
  input: z.strictObject({ worker, task, rate: z.string().min(1).max(50) }),
  order: (input) => ({
    command: 'rate_limit',
    args: { task_name: input.task, rate_limit: input.rate },
    summary: `Limit ${input.task} on ${input.worker} to ${input.rate}`,
  }),
})

/** Seconds; null = no limit. */
export const timeLimit = orderAction({
  name: 'task.time-limit',
  role: 'admin',
  input: z.strictObject({ worker, task, soft: seconds, hard: seconds }),
  order: (input) => ({
    command: 'time_limit',
    args: { task_name: input.task, hard: input.hard, soft: input.soft },
    summary: `Time limits of ${input.task} on ${input.worker}: soft ${inWords(input.soft)}, hard ${inWords(input.hard)}`,
  }),
})

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
