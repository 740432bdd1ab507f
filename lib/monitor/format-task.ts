/**
 * `format_task` of a configuration: what people are shown of a task, to mask or shorten it. Unlike in Flower it holds
 * for the API as well. It runs when a task is shown, never for each event; searching still looks at the task as it is.
 */
import { messageOf, UmbelError } from '../errors.ts'
import type { Log } from '../runtime/log.ts'
import type { TaskRecord } from './records.ts'

/** Takes a copy, which it may change, and gives back what is shown. Nothing: the copy as it then is. */
export type FormatTask = (task: FormattableTask) => FormattableTask | undefined

/** A task as the function sees it: Flower's names (flower.md 2.4). Its id cannot be changed. */
export type FormattableTask = { -readonly [K in keyof TaskRecord]: TaskRecord[K] }

/** What is shown of a task; the record itself where there is nothing to change. */
export type ShownTask = (task: TaskRecord) => TaskRecord

/** Throws `config/invalid` for what is no function. Null: there is none. */
export function formatTaskOf(value: unknown, file: string): FormatTask | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'function') return value as FormatTask // what it gives back is looked at when it does
  const expected = 'expected a function; it can stand in umbel.config.ts'
  throw new UmbelError('config/invalid', { file, line: 1, path: 'format_task', expected })
}

const TEXTS = ['name', 'args', 'kwargs', 'result', 'exception', 'traceback'] as const

/** A function that fails is told of once for each of its messages, and the task shown as it is. */
export function createShownTask(format: FormatTask | null, log: Log): ShownTask {
  if (format === null) return (task) => task
  const made = new WeakMap<TaskRecord, { readonly version: number; readonly shown: TaskRecord }>()
  const told = new Set<string>()
  return (task) => {
    const before = made.get(task)
    if (before?.version === task.version) return before.shown
    let shown = task
    try {
      const copy: FormattableTask = { ...task }
      const given = format(copy) ?? copy
      if (typeof given !== 'object') throw new TypeError('it gave back no task')
      shown = { ...given, uuid: task.uuid, version: task.version }
      for (const name of TEXTS) shown = { ...shown, [name]: asText(shown[name]) }
    } catch (error) {
      const reason = messageOf(error).slice(0, 300)
      if (told.size < 100 && !told.has(reason)) {
        told.add(reason)
        log.error('format_task failed; the task is shown as it is', { task: task.uuid, reason })
      }
    }
    made.set(task, { version: task.version, shown })
    return shown
  }
}

/** A function may set numbers or objects where text is shown. */
function asText(value: unknown): string | null {
  if (value === null || value === undefined) return null
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? null)
}
