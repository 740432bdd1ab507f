/** Flower's API, the part that orders workers about (flower.md 2.2, 2.3). Sentences and status codes are Flower's. */
import { UmbelError } from '../../errors.ts'
import type { OrderReply } from '../../live/http.ts'
import { JSON_TYPE, type Reply, text } from '../reply.ts'
import type { Call, Route } from '../route.ts'
import { type Arguments, invalid } from './arguments.ts'
import { flowerJson } from './flower-json.ts'
import { knownTask, mustBeWritable, need, needInteger } from './flower-rules.ts'

const common = { method: 'POST', family: 'flower', role: 'viewer' } as const

// Each action checks its own role: there is one list of who may do what.
export const flowerControlRoutes: readonly Route[] = [
  { ...common, path: '/api/worker/shutdown/:name', handle: shutdown },
  workerOrder('pool/restart', {
    action: 'worker.pool-restart',
    input: () => ({}),
    done: (worker) => `Restarting '${worker}' worker's pool`,
    failed: (worker, reason) => `Failed to restart the '${worker}' pool: ${reason}`,
  }),
  workerOrder('pool/grow', {
    action: 'worker.pool-grow',
    input: (args) => ({ by: args.integer('n') ?? 1 }),
    done: (worker, { by }) => `Growing '${worker}' worker's pool by ${by}`,
    failed: (worker, reason) => `Failed to grow '${worker}' worker's pool: ${reason}`,
  }),
  workerOrder('pool/shrink', {
    action: 'worker.pool-shrink',
    input: (args) => ({ by: args.integer('n') ?? 1 }),
    done: (worker, { by }) => `Shrinking '${worker}' worker's pool by ${by}`,
    failed: (worker, reason) => `Failed to shrink '${worker}' worker's pool: ${reason}`,
  }),
  workerOrder('pool/autoscale', {
    action: 'worker.autoscale',
    input: (args) => ({ min: needInteger(args, 'min'), max: needInteger(args, 'max') }),
    done: (worker, { min, max }) => `Autoscaling '${worker}' worker (min=${min}, max=${max})`,
    failed: (worker, reason) => `Failed to autoscale '${worker}' worker: ${reason}`,
  }),
  workerOrder('queue/add-consumer', {
    action: 'worker.add-consumer',
    input: (args) => ({ queue: need(args, 'queue') }),
    done: (_worker, _input, ok) => ok,
    failed: (worker, reason, { queue }) => `Failed to add '${queue}' consumer to '${worker}' worker: ${reason}`,
  }),
  workerOrder('queue/cancel-consumer', {
    action: 'worker.cancel-consumer',
    input: (args) => ({ queue: need(args, 'queue') }),
    done: (_worker, _input, ok) => ok,
    failed: (worker, reason, { queue }) => `Failed to cancel '${queue}' consumer from '${worker}' worker: ${reason}`,
  }),
  taskOrder('rate-limit', {
    action: 'task.rate-limit',
    input: (args) => ({ rate: need(args, 'ratelimit') }),
    failed: (reason) => `Failed to set rate limit: '${reason}'`,
  }),
  taskOrder('timeout', {
    action: 'task.time-limit',
    input: (args) => ({ hard: limitSeconds(args, 'hard'), soft: limitSeconds(args, 'soft') }),
    failed: (reason) => `Failed to set timeouts: '${reason}'`,
  }),
  { ...common, path: '/api/task/revoke/:id', handle: revoke },
]

type Input = Readonly<Record<string, unknown>>

interface WorkerOrder {
  readonly action: string
  /** Reads the arguments; throws `request/…`. */
  readonly input: (args: Arguments) => Input
  readonly done: (worker: string, input: Input, ok: string) => string
  readonly failed: (worker: string, reason: string, input: Input) => string
}

/** In Flower's order: read only, the worker, then the arguments. */
function workerOrder(path: string, { action, input, done, failed }: WorkerOrder): Route {
  return {
    ...common,
    path: `/api/worker/${path}/:name`,
    async handle(call) {
      const { monitor, by, param, form } = call
      mustBeWritable(monitor)
      const worker = knownWorker(call, param('name'))
      const wanted = input(await form())
      const { data } = await monitor.actions.run(by, action, { worker, ...wanted })
      const reply = data as OrderReply | null // what every order to a worker gives back (lib/live/http.ts)
      if (reply?.ok != null) return told(done(worker, wanted, reply.ok))
      return text(failed(worker, reply?.error ?? 'Unknown reason', wanted), 403)
    },
  }
}

interface TaskOrder {
  readonly action: string
  readonly input: (args: Arguments) => Input
  readonly failed: (reason: string) => string
}

/** In Flower's order: read only, the arguments, the task, the worker. */
function taskOrder(path: string, { action, input, failed }: TaskOrder): Route {
  return {
    ...common,
    path: `/api/task/${path}/:name`,
    async handle(call) {
      const { monitor, by, param, form } = call
      mustBeWritable(monitor)
      const args = await form()
      const name = need(args, 'workername')
      const wanted = input(args)
      const task = knownTask(monitor, param('name'))
      const worker = knownWorker(call, name)
      const { data } = await monitor.actions.run(by, action, { worker, task, ...wanted })
      const reply = data as OrderReply | null // what every order to a worker gives back (lib/live/http.ts)
      if (reply?.ok != null) return told(reply.ok)
      return text(failed(reply?.error ?? 'Unknown reason'), 403)
    },
  }
}

function limitSeconds(args: Arguments, name: string): number | null {
  const seconds = args.number(name)
  if (seconds === null || Number.isFinite(seconds)) return seconds
  throw invalid(args.text(name) ?? '', 'float')
}

async function shutdown(call: Call): Promise<Reply> {
  const { monitor, by, param } = call
  mustBeWritable(monitor)
  const worker = knownWorker(call, param('name'))
  await monitor.actions.run(by, 'worker.shutdown', { workers: [worker] })
  return told('Shutting down!')
}

async function revoke({ monitor, by, param, form }: Call): Promise<Reply> {
  mustBeWritable(monitor)
  const args = await form()
  const terminate = args.flag('terminate') ?? false
  const signal = signalOf(args.text('signal') ?? '')
  await monitor.actions.run(by, 'task.revoke', { tasks: [param('id')], terminate, signal })
  return told(`Revoked '${param('id')}'`)
}

function told(message: string): Reply {
  return { status: 200, type: JSON_TYPE, body: flowerJson({ message }) }
}

/** Python takes signals with and without `SIG`. */
function signalOf(name: string): string {
  if (name === '') return 'SIGTERM'
  return name.startsWith('SIG') ? name : `SIG${name}`
}

function knownWorker({ monitor }: Call, name: string): string {
  const known = monitor.cluster.worker(name) !== undefined || [...monitor.inspector.known()].includes(name)
  if (!known) throw new UmbelError('worker/unknown', { name: name.slice(0, 500) })
  return name
}
