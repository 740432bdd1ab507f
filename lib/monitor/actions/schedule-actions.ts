/** What people may do with entries of a schedule. Each change is in the store when the action has ended. */
import { z } from 'zod'
import { UmbelError } from '../../errors.ts'
import type { ActionAnswer } from '../../live/http.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { Actor } from '../contracts.ts'
import { formSchema, readForm } from '../schedules/schedule-form.ts'
import { entryId } from '../schedules/schedule-source.ts'
import type { SourceReader } from '../schedules/source-reader.ts'
import { type ActionDeps, action } from './action.ts'
import { runEntryNow } from './run-entry.ts'

const schedule = z.string().min(1).max(600)
const one = z.strictObject({ schedule })
const ANSWER_MS = 8_000
/** The furthest that a date can be told. */
const LATEST_MS = 8.64e15

export const scheduleActions = [
  action({
    name: 'schedule.hold',
    role: 'operator',
    input: z.strictObject({ schedule, untilMs: z.number().min(0).max(LATEST_MS).optional() }),
    run: ({ schedule: id, untilMs }, deps, by) =>
      change('schedule.hold', id, deps, async ({ source: { store } }, name) => {
        if (untilMs !== undefined && untilMs <= deps.runtime.clock.nowMs()) {
          throw invalid('schedule.hold', 'untilMs', 'a time that is still to come')
        }
        await store.hold(name, untilMs ?? Number.POSITIVE_INFINITY, nameOf(by))
      }),
  }),
  action({
    name: 'schedule.resume',
    role: 'operator',
    input: one,
    run: ({ schedule: id }, deps) =>
      change('schedule.resume', id, deps, async ({ source: { store }, entries }, name) => {
        if (entries.get(name)?.stored.state.heldUntilMs !== null) await store.hold(name, null, null)
        if (entries.get(name)?.stored.entry.enabled === false) await store.setEnabled(name, true)
      }),
  }),
  action({
    name: 'schedule.skip',
    role: 'operator',
    input: one,
    run: ({ schedule: id }, deps) =>
      change('schedule.skip', id, deps, async ({ source: { store }, entries }, name) => {
        const nextMs = entries.get(name)?.nextMs ?? null
        if (nextMs === null) throw invalid('schedule.skip', 'schedule', 'an entry that has a next run')
        await store.skip(name, nextMs)
        return { skippedMs: nextMs }
      }),
  }),
  action({
    name: 'schedule.run',
    role: 'operator',
    input: one,
    run: ({ schedule: id }, deps) =>
      change('schedule.run', id, deps, (reader, name) => {
        const tracked = reader.entries.get(name) ?? null
        return runEntryNow(reader, name, tracked, { sender: deps.sender, nowMs: deps.runtime.clock.nowMs() })
      }),
  }),
  action({
    name: 'schedule.delete',
    role: 'operator',
    input: one,
    run: ({ schedule: id }, deps) =>
      change('schedule.delete', id, deps, ({ source: { store } }, name) => store.remove(name)),
  }),
  action({
    name: 'schedule.save',
    role: 'operator',
    input: z.strictObject({ form: formSchema, replaces: schedule.optional() }),
    run: ({ form, replaces }, deps) => save(form, replaces ?? null, deps),
  }),
]

/** Finds the entry anew, changes it and waits until the page's copy shows it. */
async function change(
  action: string,
  id: string,
  { schedules, runtime }: ActionDeps,
  work: (reader: SourceReader, name: string) => Promise<unknown>,
): Promise<ActionAnswer> {
  const { reader, name } = schedules.find(id)
  mustBeEditable(action, reader)
  try {
    const data = await inTime(runtime, reader, work(reader, name))
    return { commands: [], data: data ?? null }
  } finally {
    await inTime(runtime, reader, schedules.refresh(reader))
  }
}

async function save(
  form: z.output<typeof formSchema>,
  replaces: string | null,
  { schedules, runtime }: ActionDeps,
): Promise<ActionAnswer> {
  const before = replaces === null ? null : schedules.find(replaces)
  const reader = before?.reader ?? schedules.readers().find(({ source }) => source.name === form.source)
  if (reader === undefined) throw invalid('schedule.save', 'source', 'a place where a schedule is kept')
  mustBeEditable('schedule.save', reader)
  const read = readForm(form, before?.tracked?.stored.entry ?? null)
  if (!read.ok) throw invalid('schedule.save', read.problem.field, read.problem.message)
  const entry = read.value
  const { store } = reader.source
  try {
    const renamed = before !== null && before.name !== entry.name
    // An entry of another name first, so that no crash in between loses both.
    await inTime(runtime, reader, store.put(entry, before === null || renamed ? 'add' : 'replace'))
    if (renamed) await inTime(runtime, reader, store.remove(before.name))
  } finally {
    await inTime(runtime, reader, schedules.refresh(reader))
  }
  return { commands: [], data: { schedule: entryId(reader.source.name, entry.name) } }
}

/** A store may wait for a server that is away; a person is told. */
async function inTime<T>(runtime: Runtime, { source }: SourceReader, work: Promise<T>): Promise<T> {
  const ended = new AbortController()
  const late = runtime.clock.sleep(ANSWER_MS, ended.signal).then(() => {
    const reason = `no answer within ${ANSWER_MS / 1_000} s; the change may still be made`
    throw new UmbelError('schedule/unavailable', { place: source.store.place, reason })
  })
  // Of the two only the first is heard.
  late.catch(() => {})
  work.catch(() => {})
  return Promise.race([work, late]).finally(() => ended.abort())
}

function mustBeEditable(action: string, { source }: SourceReader): void {
  if (!source.store.supports.edit)
    throw invalid(action, 'schedule', `a schedule that can be changed, unlike ${source.store.place}`)
}

function nameOf(by: Actor): string {
  return by.user ?? 'anonymous'
}

function invalid(action: string, field: string, expected: string): UmbelError {
  return new UmbelError('action/invalid', { action, field, expected })
}
