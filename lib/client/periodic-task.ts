/** `app.addPeriodicTask`: an entry of beat_schedule made from a call (worker-beat.md 5.1). */
import { pythonRepr } from '../protocol/repr.ts'
import type { BeatEntry, ScheduleSpec } from './beat-schedule.ts'
import type { CallOptions } from './call-options.ts'
import { callOptionsOf } from './canvas/option-names.ts'

export interface PeriodicCall {
  readonly task: string
  readonly args: readonly unknown[]
  readonly kwargs: Readonly<Record<string, unknown>>
  /** Under Celery's names. */
  readonly options: Readonly<Record<string, unknown>>
}

export interface PeriodicOptions extends CallOptions {
  /** Without one, what the call looks like in Python: `proj.add(2, 3)`. */
  readonly name?: string
  /** Before those that the call has already. */
  readonly args?: readonly unknown[]
  readonly kwargs?: Readonly<Record<string, unknown>>
}

/** The name and the entry. */
export function periodicEntry(
  schedule: ScheduleSpec,
  call: PeriodicCall,
  { name, args = [], kwargs = {}, ...options }: PeriodicOptions,
): readonly [string, BeatEntry] {
  const all = [...args, ...call.args]
  const named = { ...call.kwargs, ...kwargs }
  const entry = {
    task: call.task,
    schedule,
    args: all,
    kwargs: named,
    options: { ...callOptionsOf(call.options), ...options },
  }
  return [name ?? callRepr(call.task, all, named), entry]
}

function callRepr(task: string, args: readonly unknown[], kwargs: Readonly<Record<string, unknown>>): string {
  const positional = args.map((value) => pythonRepr(value))
  const named = Object.entries(kwargs).map(([key, value]) => `${key}=${pythonRepr(value)}`)
  return `${task}(${[...positional, ...named].join(', ')})`
}
