/** Runs one task here and now, with its retries, handlers and links (client-cli.md A6). */
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { encodeException } from '../../protocol/exception-info.ts'
import { verdictOf } from '../../protocol/exceptions.ts'
import { formatIsoTime } from '../../protocol/iso-time.ts'
import { celeryError } from '../celery-error.ts'
import { currentTask, runAs } from '../current-task.ts'
import { EagerResult } from '../eager-result.ts'
import { bindParams } from '../params.ts'
import type { RegisteredTask } from '../task.ts'
import type { TaskRequest } from '../task-request.ts'
import type { OutgoingTask } from './apply.ts'
import type { CanvasApp } from './canvas-app.ts'
import { EagerTask, isKindOf } from './eager-context.ts'
import { createGroup, isGroup, nodesOf, type SignatureNode } from './node.ts'
import { callOptionsOf } from './option-names.ts'
import { Signature } from './signature.ts'

export interface EagerCall extends OutgoingTask {
  /** Throw what the task throws; task_eager_propagates when left out. */
  readonly throw?: boolean
}

/** Throws NotRegistered, TypeError for arguments that do not fit, and with `throw` what the task throws. */
export async function runEagerly(app: CanvasApp, call: EagerCall): Promise<EagerResult> {
  const task = app.tasks.get(call.name)
  if (task === undefined) throw celeryError('NotRegistered', [call.name])
  let { args, kwargs } = call
  for (let retries = callOptionsOf(call.options).retries ?? 0; ; retries++) {
    const request = requestOf(task, { ...call, args, kwargs }, retries)
    const self = new EagerTask(app, task, request)
    const ended = await runBody(app, task, self)
    const again = ended.state === 'RETRY' ? self.again : null
    if (again === null) return finish(app, task, self, ended, call.throw ?? app.conf.task_eager_propagates)
    await task.options.onRetry?.call(self, ended.value, request.id, args, kwargs, infoOf(ended))
    args = again.args ?? args
    kwargs = again.kwargs ?? kwargs
  }
}

interface Ended {
  readonly state: string
  readonly value: unknown
  readonly traceback: string | null
}

async function runBody(
  app: CanvasApp,
  { options, handler, name, parameters }: RegisteredTask,
  self: EagerTask,
): Promise<Ended> {
  const { id, rootId, args, kwargs } = self.request
  await app.signals.taskPrerun.send({ sender: name, taskId: id, args, kwargs })
  try {
    await options.beforeStart?.call(self, id, args, kwargs)
    const bound = parameters === null ? args : bindParams(parameters, args, kwargs)
    const current = { id, rootId, priority: 0, sender: null, children: [] }
    const body = () => (options.bind === true ? handler(self, ...bound) : handler(...bound))
    return { state: 'SUCCESS', value: await runAs(current, body), traceback: null }
  } catch (thrown) {
    return endOf(thrown, self, options.autoretryFor ?? [], options.dontAutoretryFor ?? [])
  }
}

function endOf(
  thrown: unknown,
  self: EagerTask,
  kinds: NonNullable<RegisteredTask['options']['autoretryFor']>,
  not: NonNullable<RegisteredTask['options']['autoretryFor']>,
): Ended {
  const traceback = thrown instanceof Error ? (thrown.stack ?? null) : null
  const verdict = verdictOf(thrown)
  if (verdict === null && kinds.some((kind) => isKindOf(thrown, kind)) && !not.some((kind) => isKindOf(thrown, kind))) {
    try {
      self.retry({ exc: thrown })
    } catch (next) {
      return verdictOf(next) === null
        ? { state: 'FAILURE', value: next, traceback }
        : { state: 'RETRY', value: thrown, traceback }
    }
  }
  if (verdict === null) return { state: 'FAILURE', value: thrown, traceback }
  const states = { retry: 'RETRY', ignore: 'IGNORED', reject: 'REJECTED' }
  if (self.replaced !== null) return { state: 'SUCCESS', value: self.replaced.value, traceback: null }
  return { state: states[verdict.verdict], value: thrown, traceback }
}

async function finish(
  app: CanvasApp,
  task: RegisteredTask,
  self: EagerTask,
  given: Ended,
  throws: boolean,
): Promise<EagerResult> {
  const { options, name } = task
  const { id, args, kwargs, callbacks, errbacks } = self.request
  const ended = given.state === 'SUCCESS' ? await withCallbacks(app, self, given, callbacks) : given
  const { state, value, traceback } = ended
  const isEnd = state === 'SUCCESS' || state === 'FAILURE'
  if (isEnd) await store(app, task, self.request, ended)
  if (state === 'SUCCESS') {
    await options.onSuccess?.call(self, value, id, args, kwargs)
    await app.signals.taskSuccess.send({ sender: name, result: value, runtimeSeconds: 0, taskId: id })
  } else if (state === 'FAILURE') {
    await tellErrbacks(app, self, nodesOf(errbacks), value, traceback)
    await options.onFailure?.call(self, value, id, args, kwargs, infoOf(ended))
    await app.signals.taskFailure.send({ sender: name, taskId: id, args, kwargs, exception: value, traceback })
  }
  const einfo = state === 'FAILURE' ? infoOf(ended) : null
  if (isEnd) await options.afterReturn?.call(self, state, value, id, args, kwargs, einfo)
  await app.signals.taskPostrun.send({ sender: name, taskId: id, args, kwargs, state, retval: value })
  if (throws && state === 'FAILURE') throw value
  return new EagerResult({ id, name, state, value: value === undefined ? null : value, traceback }, app)
}

function infoOf({ value, traceback }: Ended) {
  return { exception: value, traceback }
}

/** They are sent, or run here as well where task_always_eager says so. */
async function withCallbacks(app: CanvasApp, self: EagerTask, ended: Ended, links: unknown): Promise<Ended> {
  const callbacks = nodesOf(links)
  const single = callbacks.filter((sig) => !isGroup(sig))
  const whole = callbacks.length < 2 ? callbacks : [...callbacks.filter(isGroup), createGroup(single)]
  const { id, rootId } = self.request
  try {
    for (const sig of whole) {
      await Signature.from(sig, app).applyAsync([ended.value], {}, { parentId: id, rootId: rootId ?? id })
    }
    return ended
  } catch (thrown) {
    return { state: 'FAILURE', value: thrown, traceback: thrown instanceof Error ? (thrown.stack ?? null) : null }
  }
}

/** As in a worker: those with room for the request are called with it, others with the id (wire.md F5). */
async function tellErrbacks(
  app: CanvasApp,
  { request }: EagerTask,
  errbacks: readonly SignatureNode[],
  error: unknown,
  traceback: string | null,
): Promise<void> {
  for (const sig of errbacks) {
    const task = app.tasks.get(sig.task)
    const room = Math.max(task?.handler.length ?? 0, task?.parameters?.names.length ?? 0)
    const known = sig.immutable ? 0 : sig.args.length + Object.keys(sig.kwargs).length
    if (task === undefined || task.options.bind === true || room - known <= 1) {
      await Signature.from(sig, app).apply([request.id])
    } else await task.handler(...(sig.immutable ? sig.args : [request, error, traceback, ...sig.args]))
  }
}

async function store(
  app: CanvasApp,
  { options, name }: RegisteredTask,
  request: TaskRequest,
  { state, value, traceback }: Ended,
) {
  const ignored = request.ignoreResult ?? options.ignoreResult ?? app.conf.task_ignore_result
  if (ignored || !app.conf.task_store_eager_result) return
  const { store: results, clock } = await app.resultSource()
  const { resultExpiresMs, failureExpiresMs } = app.compiled
  const meta = {
    status: state,
    result: state === 'SUCCESS' ? (value === undefined ? null : value) : encodeException(value),
    traceback,
    children: [],
    date_done: formatIsoTime(clock.nowMs()),
    ...(app.conf.result_extended ? { name, args: request.args, kwargs: request.kwargs, retries: request.retries } : {}),
    task_id: request.id,
  }
  await results.set(meta, state === 'SUCCESS' ? resultExpiresMs : failureExpiresMs)
}

function requestOf(
  { options, name }: RegisteredTask,
  { args, kwargs, options: wire }: EagerCall,
  retries: number,
): TaskRequest {
  const given = callOptionsOf(wire)
  const parent = currentTask()
  const id = given.taskId ?? randomUUID()
  const limits = [options.timeLimit ?? null, options.softTimeLimit ?? null] as const
  return {
    id,
    task: name,
    args,
    kwargs,
    retries,
    eta: null,
    expires: null,
    rootId: parent === null ? id : (parent.rootId ?? id),
    parentId: parent?.id ?? null,
    group: null,
    groupIndex: null,
    origin: null,
    shadow: null,
    argsrepr: null,
    kwargsrepr: null,
    ignoreResult: given.ignoreResult ?? options.ignoreResult ?? null,
    timelimit: limits,
    timeLimit: limits[0],
    softTimeLimit: limits[1],
    correlationId: null,
    replyTo: null,
    callbacks: given.link == null ? null : nodesOf(given.link),
    errbacks: given.linkError == null ? null : nodesOf(given.linkError),
    chain: null,
    chord: null,
    replacedTaskNesting: 0,
    stampedHeaders: given.stampedHeaders ?? null,
    stamps: given.stamps ?? {},
    headers: given.headers ?? null,
    hostname: hostname(),
    deliveryInfo: {
      exchange: given.exchange ?? '',
      routing_key: given.routingKey ?? '',
      priority: given.priority ?? 0,
      redelivered: false,
    },
    isEager: true,
    calledDirectly: false,
  }
}
