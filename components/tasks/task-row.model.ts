/** What a row of the task list says, from the task's view. Pure: no clock, no DOM. */
import { HIDDEN } from '../../lib/live/hidden.ts'
import type { TaskRowView } from '../../lib/live/views.ts'
import { shortWorker } from '../ui/format.ts'
import { FINAL_STATES, lookOf } from '../ui/task-state.ts'

/** The state to show: a received task that waits for its time is scheduled. */
export function shownState(task: TaskRowView): string {
  if (task.state === 'RECEIVED' && task.etaMs !== null && task.startedMs === null) return 'SCHEDULED'
  return task.state
}

/** "2 of 5" cannot be known from events; "again 2" is what they tell. */
export function attemptNote(task: TaskRowView): string | undefined {
  return task.retries > 0 ? `×${task.retries + 1}` : undefined
}

/** `42, 'de', full=True` from `(42, 'de')` and `{'full': True}`: as one would write the call. */
export function callArguments(args: string | null, kwargs: string | null): string | null {
  if (args === null && kwargs === null) return null
  if (args === HIDDEN || kwargs === HIDDEN) return HIDDEN
  const positional = args === null ? '' : (inner(args, '(', ')') ?? inner(args, '[', ']') ?? args)
  const named = kwargs === null ? '' : keywords(inner(kwargs, '{', '}') ?? kwargs)
  return [positional.replace(/,\s*$/, ''), named].filter((part) => part !== '').join(', ')
}

/** The text between the brackets, when the text is exactly one bracketed thing or is cut off after the first. */
function inner(text: string, open: string, close: string): string | null {
  const trimmed = text.trim()
  if (!trimmed.startsWith(open)) return null
  return trimmed.endsWith(close) ? trimmed.slice(1, -1).trim() : trimmed.slice(1).trim()
}

/** `'a': 1, 'b': {'c': 2}` → `a=1, b={'c': 2}`: only keys at the first level, outside of strings. */
function keywords(text: string): string {
  let out = ''
  let depth = 0
  let keyNext = true
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i)
    if (char === "'" || char === '"') {
      const end = endOfString(text, i)
      const literal = text.slice(i, end)
      const after = /^\s*:\s*/.exec(text.slice(end))
      const name = literal.slice(1, -1)
      if (depth === 0 && keyNext && after !== null && /^[A-Za-z_]\w*$/.test(name)) {
        out += `${name}=`
        i = end + after[0].length - 1
      } else {
        out += literal
        i = end - 1
      }
      keyNext = false
      continue
    }
    if ('([{'.includes(char)) depth += 1
    else if (')]}'.includes(char)) depth -= 1
    else if (char === ',' && depth === 0) keyNext = true
    out += char
  }
  return out
}

function endOfString(text: string, start: number): number {
  const quote = text.charAt(start)
  for (let i = start + 1; i < text.length; i++) {
    if (text.charAt(i) === '\\') i += 1
    else if (text.charAt(i) === quote) return i + 1
  }
  return text.length
}

/** When the list says it came: received, or sent while no worker has it. */
export function cameMs(task: TaskRowView): number | null {
  return task.receivedMs ?? task.sentMs ?? task.startedMs ?? task.finishedMs
}

/** Since when it waits, while it does; null when it does not, or that is not known. */
export function waitingSinceMs(task: TaskRowView): number | null {
  if (task.startedMs !== null || FINAL_STATES.has(task.state) || task.state === 'LOST') return null
  return task.sentMs ?? task.receivedMs
}

/** Since when it runs, while it does. */
export function runningSinceMs(task: TaskRowView): number | null {
  return task.state === 'STARTED' ? task.startedMs : null
}

/** True while revoking it makes sense. */
export function canRevoke(task: TaskRowView): boolean {
  return !FINAL_STATES.has(task.state)
}

/** What a reader hears of a row. `ago` is its age as text. */
export function rowLabel(task: TaskRowView, ago: string): string {
  return [lookOf(shownState(task)).word, task.name ?? `task ${task.id.slice(0, 8)}`, ago].join(', ')
}

/** The second line of a card: what of queue, worker, time and error is known. */
export function cardFacts(task: TaskRowView): readonly string[] {
  const facts = [task.queue, task.worker === null ? null : shortWorker(task.worker), exceptionName(task.exception)]
  return facts.filter((fact) => fact !== null)
}

/** `TimeoutError` from `TimeoutError('timed out')`. */
export function exceptionName(exception: string | null): string | null {
  if (exception === null) return null
  return /^[\w.]+/.exec(exception)?.[0] ?? exception.slice(0, 40)
}
