import { expect, it } from 'vitest'
import { silentLog } from '../runtime/log.ts'
import { createShownTask, type FormattableTask, formatTaskOf } from './format-task.ts'
import type { TaskRecord } from './records.ts'
import { createShownCall } from './shown-call.ts'
import { createTaskRecord } from './task-reducer.ts'

function logged() {
  const lines: string[] = []
  return { lines, log: { ...silentLog, error: (_: string, facts?: object) => void lines.push(JSON.stringify(facts)) } }
}

function task(changes: Partial<TaskRecord> = {}): TaskRecord {
  return { ...createTaskRecord('t1'), name: 'proj.add', args: '(1, 2)', ...changes }
}

it('shows what the function gives back, or the copy that it changed; the record stays', () => {
  const record = task()
  expect(createShownTask((copy) => ({ ...copy, args: '(…)' }), silentLog)(record).args).toBe('(…)')
  const inPlace = (copy: FormattableTask) => {
    copy.args = '(***)'
    return undefined
  }
  expect(createShownTask(inPlace, silentLog)(record).args).toBe('(***)')
  expect(record.args).toBe('(1, 2)')
  expect(createShownTask(null, silentLog)(record)).toBe(record)
})

it('runs once for each change of a task, not for each look', () => {
  let runs = 0
  const shown = createShownTask((copy) => {
    runs += 1
    return copy
  }, silentLog)
  const record = task()
  expect(shown(record)).toBe(shown(record))
  expect(runs).toBe(1)
  record.version += 1
  shown(record)
  expect(runs).toBe(2)
})

it('a function that fails is told of once, and the task shown as it is', () => {
  const { lines, log } = logged()
  const shown = createShownTask(() => {
    throw new Error('cannot')
  }, log)
  for (let i = 0; i < 5; i++) expect(shown(task({ version: i })).args).toBe('(1, 2)')
  expect(lines).toEqual(['{"task":"t1","reason":"cannot"}'])
})

it('cannot change the id, and what is no text becomes one', () => {
  const shown = createShownTask(
    (copy) => Object.assign(copy, { uuid: 'other', args: { user: 1 }, result: 5 }),
    silentLog,
  )
  expect(shown(task())).toMatchObject({ uuid: 't1', args: '{"user":1}', result: '5' })
})

it('is a function or nothing', () => {
  expect(formatTaskOf(undefined, 'umbel.yaml')).toBeNull()
  expect(formatTaskOf(null, 'umbel.yaml')).toBeNull()
  expect(() => formatTaskOf('mask', 'umbel.yaml')).toThrow('umbel.yaml:1: format_task: expected a function')
})

it('holds for calls that workers and messages tell of, known or not, once for each', () => {
  let runs = 0
  const format = (copy: FormattableTask) => {
    runs += 1
    if (copy.name === 'proj.secret') copy.args = '(***)'
    return copy
  }
  const known = task({ name: 'proj.secret' })
  const shownCall = createShownCall(format, createShownTask(format, silentLog), (id) =>
    id === 't1' ? known : undefined,
  )
  const call = { id: 't1', task: 'proj.secret', args: "('hush',)", kwargs: '{}', pid: 5 }
  const message = { ...call, id: null, raw: '{"body": "hush"}' }

  expect(shownCall(call)).toEqual({ ...call, args: '(***)' })
  expect(shownCall(message)).toEqual({ ...message, args: '(***)', raw: '(hidden)' })
  const other = { ...message, task: 'proj.add' }
  expect(shownCall(other)).toBe(other)
  expect(runs).toBe(3)
  shownCall({ ...call })
  expect(runs).toBe(3)
  expect(
    createShownCall(
      null,
      (each) => each,
      () => undefined,
    )(call),
  ).toBe(call)
})
