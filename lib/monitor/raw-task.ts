/** All that is known of one task, for a person to read and copy: what events told, what is stored, its message (ux.md 2.4). */
import type { Json } from '../live/changes.ts'
import { HIDDEN } from '../live/hidden.ts'
import type { RawTask, RawText } from '../live/http.ts'
import { formatExtendedJson } from '../protocol/extended-json.ts'
import { pythonRepr } from '../protocol/repr.ts'
import type { TaskMeta } from '../results/results.ts'
import { findMessage, type MessageSources } from './actions/retry-arguments.ts'
import type { Sight } from './contracts.ts'
import type { ShownTask } from './format-task.ts'
import type { TaskRecord } from './records.ts'
import { withoutArguments } from './sight.ts'

/** A page must not grow with what somebody put into a message. */
const MOST_CHARACTERS = 1_000_000

export interface RawTaskDeps extends MessageSources {
  readonly shown: ShownTask
  readonly nowMs: () => number
}

/** Who may not see arguments is shown neither message nor result; nor is anybody where `format_task` changed the task. */
export async function rawTask(id: string, deps: RawTaskDeps, sight: Sight = 'all'): Promise<RawTask> {
  const task = deps.cluster.task(id) ?? null
  const seen = task === null ? null : deps.shown(task)
  const isChanged = seen !== task
  const isBlind = sight === 'no-arguments'
  const meta = isChanged ? null : ((await deps.results?.get(id).catch(() => null)) ?? null)
  const queue = task?.queue ?? task?.routingKey ?? meta?.queue ?? null
  const message = isChanged || isBlind ? null : await findMessage(id, queue, deps)
  return {
    record: seen === null ? null : textOf(recordOf(seen, { isBlind, isChanged })),
    result: meta === null ? null : textOf(isBlind ? blindMeta(meta) : meta),
    message: message === null ? null : cut(message),
    hidden: isBlind ? 'arguments' : isChanged ? 'format-task' : null,
    hasResults: deps.results !== null,
    asOfMs: deps.nowMs(),
  }
}

/** How it is kept is nobody's business. What a run ended with is not a field that the function of a person has seen. */
function recordOf(
  seen: TaskRecord,
  { isBlind, isChanged }: { readonly isBlind: boolean; readonly isChanged: boolean },
) {
  const told = Object.entries(seen).filter(([name]) => !OWN_FIELDS.has(name))
  // A copy: what is made of a record goes on changing with it.
  const record = { ...Object.fromEntries(told), ...(isChanged && { attempts: null }) }
  return isBlind ? withoutArguments(record as Json) : record // of plain values
}

const OWN_FIELDS: ReadonlySet<string> = new Set(['slot', 'version'])

/** Its values may be of any kind, and all are left out. */
function blindMeta(meta: TaskMeta): Readonly<Record<string, unknown>> {
  const hidden = Object.keys(meta).filter((name) => name === 'result' || name === 'args' || name === 'kwargs')
  return { ...meta, ...Object.fromEntries(hidden.map((name) => [name, HIDDEN])) }
}

/** Numbers keep their digits; what has no JSON form is written as Python writes it. */
function textOf(value: unknown): RawText {
  try {
    return cut(formatExtendedJson(value))
  } catch {
    return cut(pythonRepr(value))
  }
}

function cut(text: string): RawText {
  return { text: text.slice(0, MOST_CHARACTERS), whole: text.length <= MOST_CHARACTERS }
}
