import { describe, expect, it } from 'vitest'
import { formatEnvelope } from '../../protocol/message.ts'
import type { TaskRecord } from '../records.ts'
import { createTaskRecord } from '../task-reducer.ts'
import { createBeatMarks, estimateInterval, sendersInTurns } from './beat-marks.ts'
import { inferredParts } from './inferred-rows.ts'

const T0 = Date.parse('2026-01-05T10:00:00Z')
const MARK = { celery_beat_task: true }

function message(id: string, headers: object = MARK, origin = 'gen1@box'): string {
  return formatEnvelope({
    ...{ body: 'W10=', 'content-type': 'application/json', 'content-encoding': 'utf-8' },
    headers: { task: 'proj.add', id, argsrepr: '[7]', kwargsrepr: '{}', origin, ...headers },
    properties: {
      ...{ correlation_id: id, delivery_mode: 2, priority: 0, body_encoding: 'base64', delivery_tag: id },
      delivery_info: { exchange: '', routing_key: 'celery' },
    },
  } as unknown as Parameters<typeof formatEnvelope>[0]) // a message as Celery writes it
}
const task = (id: string, seconds: number, fields: Partial<TaskRecord> = {}): TaskRecord => ({
  ...createTaskRecord(id),
  ...{ name: 'proj.add', args: '(7,)', received: T0 / 1_000 + seconds, state: 'RECEIVED' },
  ...fields,
})
const nothing = { sources: [], tasks: new Set<string>() }

describe('periodic tasks that are known by the mark on their messages', () => {
  it('are the tasks of that name and those arguments, and come as often as they seem to', () => {
    const marks = createBeatMarks()
    marks.see(message('m1'), T0, false)
    for (const [i, seconds] of [0, 30, 61, 90].entries()) marks.seeTask(task(`t${i}`, seconds), T0 + seconds * 1_000)
    marks.seeTask(task('other', 40, { args: '(8,)' }), T0)
    marks.seeTask(task('child', 41, { parentId: 't0' }), T0)

    const { rows, source } = inferredParts(marks, [], nothing, T0 + 95_000)
    expect(source).toMatchObject({ name: 'seen', unsafe: false, editable: false })
    expect(rows).toMatchObject([
      {
        ...{ id: 'seen/proj.add(7)', task: 'proj.add', inferred: true, editable: false, when: 'About every 30 s' },
        ...{ nextMs: T0 + 120_000, overdueSinceMs: null, totalRunCount: 4 },
        lastRun: { taskId: 't3', outcome: 'sent', slotMs: null, lateMs: null },
      },
    ])
    expect(inferredParts(marks, [], nothing, T0 + 160_000).rows[0]?.overdueSinceMs).toBe(T0 + 120_000)
  })

  it('are not what a program sends that has a beat in it, whose schedule can be read', () => {
    const marks = createBeatMarks()
    marks.see(message('m1'), T0, false)
    for (const i of [0, 1, 2, 3]) {
      marks.seeTask(task(`t${i}`, i, { name: 'proj.order', args: `(${i},)`, client: 'gen1@box' }), T0)
    }
    const names = (tasks: readonly string[]) =>
      inferredParts(marks, [], { sources: [], tasks: new Set(tasks) }, T0).rows.map(({ task: name }) => name)
    expect(names([])).toEqual(['proj.add', 'proj.order'])
    expect(names(['proj.add'])).toEqual([])
    // Its own message had the mark: whoever sends it, nobody has a schedule for it.
    marks.see(message('m2', { ...MARK, task: 'proj.order', argsrepr: '[0]' }), T0, false)
    expect(names(['proj.add'])).toEqual(['proj.order'])
  })

  it('have the name that django-celery-beat gives them', () => {
    const marks = createBeatMarks()
    marks.see(message('m1', { periodic_task_name: 'Nightly report' }), T0, false)
    expect([...marks.entries.keys()]).toEqual(['Nightly report'])
  })

  it('are not what is sent without a mark, or with a broken one', () => {
    const marks = createBeatMarks()
    marks.see(message('m1', {}), T0, true)
    marks.see(message('m2', { celery_beat_task: 'no' }), T0, true)
    marks.see('{"headers": {"celery_beat_task": true', T0, true)
    marks.see('celery_beat_task'.repeat(50_000), T0, true)
    expect(marks.entries.size).toBe(0)
  })

  it('are also what the same process sends besides', () => {
    const marks = createBeatMarks()
    marks.see(message('m1', MARK, 'gen7@box'), T0, false)
    marks.seeTask(task('t1', 1, { name: 'proj.fast', args: '()', client: 'gen7@box' }), T0)
    marks.seeTask(task('t2', 1, { name: 'proj.other', client: 'gen8@box' }), T0)
    expect([...marks.entries.keys()]).toEqual(['proj.add(7)', 'proj.fast'])
  })

  it('show a message that has just come as a run, before any event tells of it', () => {
    const marks = createBeatMarks()
    marks.see(message('old'), T0, false)
    marks.see(message('new'), T0 + 5_000, true)
    marks.see(message('new'), T0 + 7_000, true)
    expect(inferredParts(marks, [], nothing, T0).rows[0]?.recent).toMatchObject([{ taskId: 'new', sentMs: T0 + 5_000 }])
  })

  it('are not told twice when their schedule can be read', () => {
    const marks = createBeatMarks()
    marks.see(message('m1'), T0, false)
    const beat = {
      node: 'celerybeat@box',
      software: 'unknown',
      state: 'sending',
      lastTickMs: T0,
      leaseEndsMs: null,
    } as const
    const known = { sources: [], tasks: new Set(['proj.add']) }
    expect(inferredParts(marks, [], known, T0)).toEqual({ rows: [], source: null })
    expect(inferredParts(marks, [beat], known, T0).source?.beats).toEqual([beat])
  })

  it('tell nothing of their interval while they are few or come at any time', () => {
    const marks = createBeatMarks()
    marks.see(message('m1'), T0, false)
    const entry = [...marks.entries.values()][0]
    if (entry === undefined) throw new Error('expected an entry')
    for (const seconds of [0, 30]) marks.seeTask(task(`t${seconds}`, seconds), T0)
    expect(estimateInterval(entry)).toBeNull()
    for (const seconds of [100, 300, 310, 700]) marks.seeTask(task(`t${seconds}`, seconds), T0)
    expect(estimateInterval(entry)?.isRegular).toBe(false)
  })

  it('that two processes send in turns come from two beats; a new process alone is a new start', () => {
    const seen = (origins: string) => {
      const marks = createBeatMarks()
      for (const [i, origin] of [...origins].entries()) marks.see(message(`m${i}`, MARK, origin), T0 + i * 1_000, true)
      return [...marks.entries.values()].some(sendersInTurns)
    }
    expect(seen('AABABA')).toBe(true)
    expect(seen('AAABBB')).toBe(false)
  })

  it('are five hundred at most', () => {
    const marks = createBeatMarks()
    for (let i = 0; i < 700; i++) marks.see(message(`m${i}`, { ...MARK, argsrepr: `(${i},)` }), T0, false)
    expect(marks.entries.size).toBe(500)
  })
})
