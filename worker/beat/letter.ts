/** The message of an entry's runs: written once as far as it is the same each time, else made anew. */
import { callOptionsOf } from '../../lib/client/canvas/option-names.ts'
import { mustFit } from '../../lib/client/must-fit.ts'
import type { RepeatCall, RepeatedCall } from '../../lib/client/repeated-call.ts'
import { type PreparedTask, prepareTask, type Sender, type TaskCall } from '../../lib/client/send.ts'
import { pythonRepr } from '../../lib/protocol/repr.ts'
import type { ScheduleEntry } from '../../lib/schedule-store/schedule-store.ts'
import { type LazyValues, sentValue } from './lazy-values.ts'

export interface Letter {
  readonly entry: ScheduleEntry
  readonly call: RepeatedCall | null
}

export interface LetterParts {
  readonly sender: Sender
  readonly repeat: RepeatCall
  readonly lazyOf: (name: string) => LazyValues | undefined
  /** DatabaseScheduler adds something to its messages. */
  readonly isDjango: boolean
}

/** By which others tell that nobody has called this task (wire.md F11). */
const MARK = { celery_beat_task: true }

/** The next message of a plan's entry; null when each has to be made by `makeAnew`. Throws as that does. */
export function nextMessage(
  plan: { readonly entry: ScheduleEntry; letter: Letter | null },
  parts: LetterParts,
): PreparedTask | null {
  const { entry } = plan
  if (parts.lazyOf(entry.name) !== undefined) return null
  if (plan.letter !== null && isSame(plan.letter.entry, entry)) {
    const ready = plan.letter.call?.prepare()
    if (ready) return ready
  }
  const values = Object.entries(entry.kwargs).map(([key, value]) => [key, sentValue(value, key, undefined)])
  const args = entry.args.map((value, at) => sentValue(value, at, undefined))
  const call = parts.repeat(callOf(entry, parts, args, Object.fromEntries(values)))
  plan.letter = { entry, call }
  return call?.prepare() ?? null
}

/** A schedule that is read again has new entries of the same parts. */
function isSame(before: ScheduleEntry, now: ScheduleEntry): boolean {
  if (before === now) return true
  if (before.task !== now.task || before.args !== now.args || before.kwargs !== now.kwargs) return false
  return before.options === now.options && before.expiresMs === now.expiresMs
}

/** With the values that functions among its arguments have now. Throws what they throw, and what does not fit. */
export async function makeAnew(entry: ScheduleEntry, parts: LetterParts): Promise<PreparedTask> {
  const lazy = parts.lazyOf(entry.name)
  const args = await Promise.all(entry.args.map((value, at) => sentValue(value, at, lazy)))
  const values = await Promise.all(
    Object.entries(entry.kwargs).map(async ([key, value]) => [key, await sentValue(value, key, lazy)] as const),
  )
  return prepareTask(parts.sender, callOf(entry, parts, args, Object.fromEntries(values)))
}

/** A task that is known here takes only what fits its parameters, as when it is called. */
function callOf(
  entry: ScheduleEntry,
  { sender, isDjango }: LetterParts,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
): TaskCall {
  const { name, task, options: given, expiresMs } = entry
  const registered = sender.task(task)
  if (registered !== null) mustFit(registered, args, kwargs)
  const headers = { ...Object(given['headers']), ...MARK, ...(isDjango && { periodic_task_name: name }) }
  // As DatabaseScheduler does: what is not to run after its entry's end is not to be run late either.
  const ends = isDjango && expiresMs !== null && { expires: new Date(expiresMs) }
  // What cannot be sent now is due still: beat tries again by itself, with one run for all that were missed.
  const options = { ...callOptionsOf({ retry: false, ...ends, ...given, headers }) }
  if (args.length === 0 || options.argsrepr !== undefined) return { name: task, args, kwargs, options }
  // Celery's beat calls with a list, where others have a tuple.
  const argsrepr = pythonRepr(args, { maxLevels: sender.settings().reprMaxLevels })
  return { name: task, args, kwargs, options: { ...options, argsrepr } }
}
