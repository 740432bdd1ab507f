/** Flower's API, the part that sends tasks and reads their results (flower.md 2.4). */
import { UmbelError } from '../../errors.ts'
import type { TaskAnswer } from '../../monitor/task-answer.ts'
import { JSON_TYPE, type Reply } from '../reply.ts'
import type { Call, Route } from '../route.ts'
import { flowerJson } from './flower-json.ts'
import { mustBeWritable } from './flower-rules.ts'
import { readCount, readSeconds, readTime } from './flower-times.ts'

const common = { family: 'flower', role: 'viewer' } as const

export const flowerSendRoutes: readonly Route[] = [
  { ...common, method: 'POST', path: '/api/task/apply/:name', handle: apply },
  { ...common, method: 'POST', path: '/api/task/async-apply/:name', handle: (call) => sendOn(call, normalized) },
  { ...common, method: 'POST', path: '/api/task/send-task/:name', handle: (call) => sendOn(call, asTheyAre) },
  { ...common, method: 'POST', path: '/api/task/abort/:id', handle: abort },
  { ...common, method: 'GET', path: '/api/task/result/:id', handle: result },
]

type Options = Readonly<Record<string, unknown>>

interface Wanted {
  readonly args: readonly unknown[]
  readonly kwargs: Options
  readonly options: Options
}

/** Sends, and waits for the end: for as long as `timeout` says, else for as long as somebody listens. */
async function apply(call: Call): Promise<Reply> {
  mustBeWritable(call.monitor)
  const wanted = await readWanted(call)
  const { timeout, ...others } = wanted.options
  const waitSeconds = timeout === undefined || timeout === null ? null : readCount(timeout)
  if (Number.isNaN(waitSeconds)) throw refused('Invalid timeout')
  const id = await send(call, { ...wanted, options: normalized(others) })
  // There will be nothing to wait for.
  if (others['ignore_result'] === true) return told({ 'task-id': id, result: null, state: 'PENDING' })
  const answer = await readAnswer(call, id, waitSeconds === null ? null : Math.max(0, waitSeconds * 1_000))
  if (answer === null) return told({ 'task-id': id })
  if (!answer.ready) return told({ 'task-id': id, state: answer.state })
  return told({ 'task-id': id, ...ended(answer), state: answer.state })
}

async function sendOn(call: Call, read: (options: Options) => Options): Promise<Reply> {
  mustBeWritable(call.monitor)
  const wanted = await readWanted(call)
  const id = await send(call, { ...wanted, options: read(wanted.options) })
  const answer = await readAnswer(call, id, 0)
  return told(answer === null ? { 'task-id': id } : { 'task-id': id, state: answer.state })
}

async function result(call: Call): Promise<Reply> {
  const id = call.param('id')
  const seconds = call.query.number('timeout') || 0
  const answer = await readAnswer(call, id, seconds === Number.POSITIVE_INFINITY ? null : Math.max(0, seconds * 1_000))
  if (answer === null) throw new UmbelError('request/no-results', {})
  return told({ 'task-id': id, state: answer.state, ...(answer.ready ? ended(answer) : {}) })
}

async function abort({ monitor, by, param }: Call): Promise<Reply> {
  mustBeWritable(monitor)
  if (!monitor.hasResults) throw new UmbelError('request/no-results', {})
  await monitor.actions.run(by, 'task.abort', { task: param('id') })
  return told({ message: `Aborted '${param('id')}'` })
}

function ended({ state, result: value, traceback }: TaskAnswer): Options {
  return state === 'FAILURE' ? { result: value, traceback } : { result: value }
}

/** Null: results are not kept. The wait ends with the caller's connection. */
async function readAnswer({ monitor, req }: Call, id: string, waitMs: number | null): Promise<TaskAnswer | null> {
  if (!monitor.hasResults) return null
  const gone = new AbortController()
  const leave = () => gone.abort()
  req.socket.once('close', leave)
  try {
    return await monitor.taskAnswer(id, { waitMs, signal: gone.signal })
  } finally {
    req.socket.off('close', leave)
  }
}

async function send({ monitor, by, param }: Call, { args, kwargs, options }: Wanted): Promise<string> {
  const { data } = await monitor.actions.run(by, 'task.send', { task: param('name'), args, kwargs, options })
  return (data as { readonly id: string }).id // what task.send gives back (lib/live/http.ts)
}

async function readWanted({ anyBody }: Call): Promise<Wanted> {
  const body = await anyBody()
  const { args = [], kwargs: given = {}, ...others } = body
  const options = likeCelery(others)
  const kwargs = isNothing(given) ? {} : given
  if (!Array.isArray(args)) throw refused('args must be an array')
  if (typeof kwargs !== 'object' || kwargs === null || Array.isArray(kwargs)) throw refused('kwargs must be an object')
  return { args, kwargs: kwargs as Options, options } // an object that is not an array
}

/** An empty queue or id is none, and a priority may be a text, as to Celery. */
function likeCelery({ queue, task_id: id, priority, ...others }: Options): Options {
  return {
    ...others,
    ...(isNothing(queue) ? {} : { queue }),
    ...(isNothing(id) ? {} : { task_id: id }),
    ...(priority === undefined || priority === null ? {} : { priority: priorityOf(priority) }),
  }
}

/** Redis knows no level below 0. */
function priorityOf(value: unknown): unknown {
  const level = readCount(value)
  return Number.isInteger(level) ? Math.max(0, level) : value
}

/** What Python takes for false, as Celery asks of keyword arguments. */
function isNothing(value: unknown): boolean {
  return !value || (Array.isArray(value) && value.length === 0)
}

/** eta, countdown and expires as Flower reads them: times without a zone are UTC. */
function normalized(options: Options): Options {
  const { eta, countdown, expires, ...others } = options
  return {
    ...others,
    ...(eta === undefined ? {} : { eta: need(readTime(eta)) }),
    ...(countdown === undefined ? {} : { countdown: need(readSeconds(countdown)) }),
    ...(expires === undefined ? {} : { expires: need(readSeconds(expires) ?? readTime(expires)) }),
  }
}

function asTheyAre(options: Options): Options {
  return options
}

function need<T>(value: T | null): T {
  if (value === null) throw refused('Invalid option')
  return value
}

function refused(sentence: string): UmbelError {
  return new UmbelError('request/refused', { sentence })
}

function told(value: Options): Reply {
  return { status: 200, type: JSON_TYPE, body: flowerJson(value) }
}
