/** Runs the body of one task and says how it ended. */
import { type CurrentTask, runAs } from '../lib/client/current-task.ts'
import { bindParams } from '../lib/client/params.ts'
import { Reject } from '../lib/protocol/exceptions.ts'
import { BoundTask, type RunParts } from './bound-task.ts'
import { endOf, type Going, HardLimitPassed, reasonOf } from './end-of-run.ts'
import { isHooked, type Leftover, type RunHooks, runEndHooks, sendPostrun } from './hooks.ts'
import type { HowItEnded, Outcome } from './outcome.ts'
import { callWithin } from './pools/interruptible.ts'
import { softLimitReason } from './pools/stop-reason.ts'
import type { StopSource } from './pools/stop-source.ts'
import type { TaskRun } from './task-run.ts'

export type { RunParts } from './bound-task.ts'

/** Null = none. Both count from now. */
export interface RunLimits {
  readonly softLimitMs: number | null
  /** Only where nobody else can end the body: a pool with children kills them. */
  readonly hardLimitMs: number | null
  /** A body that computes past a limit is interrupted. That costs 0.2 ms a run, several times a trivial task. */
  readonly interrupts: boolean
  /** It may be asked to stop without a limit, by a signal. */
  readonly stoppable?: boolean
}

/** Throws and rejects never. A body that is not async has its outcome at once. */
export function runTask(
  run: TaskRun,
  stop: StopSource,
  limits: RunLimits,
  parts: RunParts,
): Outcome | Promise<Outcome> {
  const going: Going = { run, context: new BoundTask(run, stop, parts), stop, parts }
  const { options } = run.task
  if (options.beforeStart !== undefined || isHooked(options, parts.signals)) return runHooked(going, limits)
  try {
    const value = callBody(going, limits)
    if (isPromise(value) || going.context.sending !== null) return awaited(value, going, limits)
    return { type: 'returned', value }
  } catch (thrown) {
    return endOf(thrown, going)
  }
}

async function awaited(called: unknown, going: Going, limits: RunLimits): Promise<HowItEnded> {
  try {
    return { type: 'returned', value: await valueOfBody(called, going, limits) }
  } catch (thrown) {
    return endOf(reasonOf(thrown, going.stop), going)
  }
}

async function valueOfBody(called: unknown, { stop, context }: Going, limits: RunLimits): Promise<unknown> {
  const stoppable = limits.softLimitMs !== null || limits.stoppable === true
  const value = isPromise(called) && stoppable ? await stop.race(called) : await called
  // A next try that cannot be sent: Celery gives the task up (worker-beat.md 2.7).
  await context.sending?.catch((error: unknown) => {
    throw new Reject(error instanceof Error ? error.message : String(error))
  })
  return value
}

function callBody({ run, context, parts }: Going, { softLimitMs, hardLimitMs, interrupts }: RunLimits): unknown {
  const { message, task } = run
  const args = task.parameters === null ? positional(run) : bindParams(task.parameters, message.args, message.kwargs)
  const body = () => (task.options.bind === true ? task.handler(context, ...args) : task.handler(...args))
  const current = currentOf(run, parts)
  if (!interrupts) return runAs(current, body)
  if (softLimitMs !== null) return runAs(current, () => callWithin(softLimitMs, body, softLimitReason))
  if (hardLimitMs === null) return runAs(current, body)
  return runAs(current, () => callWithin(hardLimitMs, body, () => new HardLimitPassed(hardLimitMs / 1000)))
}

/** With handlers and listeners around the body. They are waited for, so this is never done at once. */
async function runHooked(going: Going, limits: RunLimits): Promise<Outcome> {
  const { run, context, parts } = going
  const { signals, runtime } = parts
  const { options, name } = run.task
  const { id: taskId, args, kwargs } = run.message
  const hookParts = { signals, log: runtime.log, context }
  const startedMs = runtime.clock.monotonicMs()
  let thrown: { readonly error: unknown } | null = null
  let ended: HowItEnded
  try {
    await signals.taskPrerun.send({ sender: name, taskId, args, kwargs })
    await options.beforeStart?.call(context, taskId, args, kwargs)
    ended = { type: 'returned', value: await valueOfBody(callBody(going, limits), going, limits) }
  } catch (error) {
    const reason = reasonOf(error, going.stop)
    thrown = { error: reason }
    ended = endOf(reason, going)
  }
  if (ended.type === 'ignored' || ended.type === 'rejected') {
    await sendPostrun(run, ended.type.toUpperCase(), thrown?.error, hookParts)
    return ended
  }
  const left: Leftover = {
    value: ended.type === 'returned' ? ended.value : null,
    thrown: ended.type === 'retried' ? { error: causeOf(thrown?.error) } : thrown,
    runtimeSeconds: (runtime.clock.monotonicMs() - startedMs) / 1000,
  }
  const hooks: RunHooks = async (end) => {
    if (end !== null) await runAs(currentOf(run, parts), () => runEndHooks(run, end, left, hookParts))
  }
  return { ...ended, hooks }
}

/** A Retry is thrown for the sake of another error, and that is what handlers are told of. */
function causeOf(error: unknown): unknown {
  return error instanceof Error && error.name === 'Retry' && error.cause !== undefined ? error.cause : error
}

function currentOf({ message, children }: TaskRun, { sender }: RunParts): CurrentTask {
  return { id: message.id, rootId: message.rootId, priority: message.priority, sender, children }
}

/** Without declared parameters there is no place for keyword arguments. */
function positional({ message, task }: TaskRun): readonly unknown[] {
  for (const name in message.kwargs) {
    const functionName = task.name.slice(task.name.lastIndexOf('.') + 1)
    throw new TypeError(`${functionName}() got an unexpected keyword argument '${name}'`)
  }
  return message.args
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
