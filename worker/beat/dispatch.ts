/** Sends the run of an entry: as the app's own task where it is registered, else by name (worker-beat.md 5.3). */
import { callOptionsOf } from '../../lib/client/canvas/option-names.ts'
import { mustFit } from '../../lib/client/must-fit.ts'
import { type PreparedTask, prepareTask, type Sender, type TaskCall } from '../../lib/client/send.ts'
import { isUmbelError, messageOf, type ProblemCode } from '../../lib/errors.ts'
import { pythonRepr } from '../../lib/protocol/repr.ts'
import { quiet } from '../../lib/runtime/log.ts'
import type { Lease, ScheduleEntry, ScheduleStore, SendOutcome } from '../../lib/schedule-store/schedule-store.ts'
import { type LazyValues, sentValue } from './lazy-values.ts'
import type { DueRun } from './plan.ts'

export interface DispatchParts {
  readonly sender: Sender
  readonly store: ScheduleStore
  readonly lazyOf: (name: string) => LazyValues | undefined
}

/** `away`: broker or store do not answer; the run is due still. `refused`: it cannot be sent as it is, and was told. */
export type DispatchEnd =
  | { readonly type: SendOutcome }
  | { readonly type: 'refused' }
  | { readonly type: 'away'; readonly reason: string }

/** By which others tell that nobody has called this task (wire.md F11). */
const MARK = { celery_beat_task: true }

/** What is over when whoever is away comes back. */
const AWAY: ReadonlySet<ProblemCode> = new Set([
  'broker/unreachable',
  'broker/refused',
  'broker/closed',
  'schedule/unavailable',
])

export function createDispatch({ sender, store, lazyOf }: DispatchParts) {
  const { log } = sender.runtime
  const { oneStep } = store.supports
  /** What DatabaseScheduler adds to its messages. */
  const isDjango = store.kind === 'django'

  return async function dispatch({ plan, run }: DueRun, lease: Lease | null): Promise<DispatchEnd> {
    const { entry } = plan
    if (log.info !== quiet) log.info(`Scheduler: Sending due task ${entry.name} (${entry.task})`)
    try {
      const task = await prepare(entry)
      const message = { taskId: task.id, queue: task.queue, envelope: task.envelope, publish: task.publish }
      if (oneStep) task.declare()
      const type = await store.send(run, message, lease)
      if (type === 'sent') {
        await task.announce()
        if (log.debug !== quiet) log.debug(`${entry.task} sent. id->${task.id}`)
      }
      return { type }
    } catch (error) {
      if (isUmbelError(error) && AWAY.has(error.code)) return { type: 'away', reason: messageOf(error) }
      log.error(`Message Error: Couldn't apply scheduled task ${entry.name}: ${messageOf(error)}`)
      return { type: 'refused' }
    }
  }

  async function prepare({ name, task, args, kwargs, options, expiresMs }: ScheduleEntry) {
    const lazy = lazyOf(name)
    const headers = { ...Object(options['headers']), ...MARK, ...(isDjango && { periodic_task_name: name }) }
    // What cannot be sent now is due still: beat tries again by itself, with one run for all that were missed.
    // As DatabaseScheduler does: what is not to run after its entry's end is not to be run late either.
    const ends = isDjango && expiresMs !== null && { expires: new Date(expiresMs) }
    const call = { ...callOptionsOf({ retry: false, ...ends, ...options, headers }) }
    if (lazy === undefined) {
      return ready({
        name: task,
        args: args.map((value, at) => sentValue(value, at, lazy)),
        kwargs: mapValues(kwargs, (value, key) => sentValue(value, key, lazy)),
        options: call,
      })
    }
    const values = await Promise.all(args.map((value, at) => sentValue(value, at, lazy)))
    const named = await Promise.all(
      Object.entries(kwargs).map(async ([key, value]) => [key, await sentValue(value, key, lazy)] as const),
    )
    return ready({ name: task, args: values, kwargs: Object.fromEntries(named), options: call })
  }

  /** A task that is known here takes only what fits its parameters, as when it is called. */
  function ready(call: TaskCall): Promise<PreparedTask> {
    const registered = sender.task(call.name)
    if (registered !== null) mustFit(registered, call.args, call.kwargs)
    if (call.args.length === 0 || call.options.argsrepr !== undefined) return prepareTask(sender, call)
    // Celery's beat calls with a list, where others have a tuple.
    const argsrepr = pythonRepr(call.args, { maxLevels: sender.settings().reprMaxLevels })
    return prepareTask(sender, { ...call, options: { ...call.options, argsrepr } })
  }
}

function mapValues(
  record: Readonly<Record<string, unknown>>,
  change: (value: unknown, key: string) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]))
}
