/** `umbel schedule list|next|run|pause|resume`: the schedule of a beat, wherever that keeps it. */
import { userInfo } from 'node:os'
import { nearestWord } from '../../../lib/errors/nearest-word.ts'
import { UmbelError } from '../../../lib/errors.ts'
import type { StoredEntry } from '../../../lib/schedule-store/schedule-store.ts'
import { type Environment, optionValues, readArguments } from '../../options/parse-options.ts'
import { type ScheduleOptions, scheduleOptions } from '../../options/schedule-options.ts'
import { enterWorkdir } from '../client-links.ts'
import { createCommandRuntime } from '../command-runtime.ts'
import { say } from '../style.ts'
import { listJson, listText, nextJson, nextText, timeText } from './list.ts'
import { type OpenSchedule, openSchedule } from './open-schedule.ts'
import { readUntil } from './until.ts'

type Work = (schedule: OpenSchedule, name: string | null, options: ScheduleOptions, nowMs: number) => Promise<string>

const COMMANDS: Readonly<Record<string, { readonly needsName: boolean; readonly work: Work }>> = {
  list: {
    needsName: false,
    work: async (all, _, { json }, nowMs) => (json ? listJson(all, nowMs) : listText(all, nowMs)),
  },
  next: { needsName: false, work: next },
  run: { needsName: true, work: run },
  pause: { needsName: true, work: pause },
  resume: { needsName: true, work: resume },
}

/** Throws command/usage for words that are none, `schedule/unknown` for a name that is not there. */
export async function scheduleCommand(argv: readonly string[], environment: Environment): Promise<number> {
  const given = readArguments(scheduleOptions, argv, { words: true })
  const options = optionValues(scheduleOptions, given, environment, null)
  const [word, name = null, ...more] = given.words
  const command = commandOf(word)
  if (command.needsName && name === null) throw usage(`Missing argument 'NAME': the entry to ${word}.`)
  if (more.length > 0 || (word === 'list' && name !== null))
    throw usage(`Got unexpected extra argument (${more[0] ?? name})`)
  enterWorkdir(options)
  const runtime = createCommandRuntime({ ...options, loglevel: 'error' })
  const schedule = await openSchedule(options, runtime)
  try {
    say(await command.work(schedule, name, options, runtime.clock.nowMs()))
  } finally {
    await schedule.store.close()
  }
  return 0
}

async function next(
  { app, entries }: OpenSchedule,
  name: string | null,
  options: ScheduleOptions,
  nowMs: number,
): Promise<string> {
  const wanted = name === null ? entries : [find(entries, name)]
  const { zone } = app.compiled
  return (options.json ? nextJson : nextText)(wanted, zone, nowMs, options.number)
}

async function run(
  { store, entries, ensure }: OpenSchedule,
  name: string | null,
  { json }: ScheduleOptions,
  nowMs: number,
): Promise<string> {
  const { entry } = find(entries, name)
  await ensure(entry.name)
  await store.runNow(entry.name, nowMs)
  const hasBeat = (await store.beats()).length > 0
  if (json) return JSON.stringify({ name: entry.name, asked: true, beat: hasBeat })
  const when = hasBeat ? 'within a second or two' : 'when a beat works on this schedule, which none says it does now'
  return `${entry.name} (${entry.task}) is sent ${when}.`
}

async function pause(
  { app, store, entries, ensure }: OpenSchedule,
  name: string | null,
  options: ScheduleOptions,
  nowMs: number,
): Promise<string> {
  const { zone } = app.compiled
  const untilMs = options.until === null ? Number.POSITIVE_INFINITY : readUntil(options.until, zone, nowMs)
  const { entry } = find(entries, name)
  await ensure(entry.name)
  await store.hold(entry.name, untilMs, userName())
  const until = untilMs === Number.POSITIVE_INFINITY ? null : timeText(untilMs, zone)
  if (options.json) return JSON.stringify({ name: entry.name, paused: true, until })
  return `${entry.name} is paused ${until === null ? 'until somebody resumes it' : `until ${until}`}.`
}

async function resume(
  { app, store, entries, ensure }: OpenSchedule,
  name: string | null,
  { json }: ScheduleOptions,
  nowMs: number,
): Promise<string> {
  const stored = find(entries, name)
  const { entry, state } = stored
  await ensure(entry.name)
  if (state.heldUntilMs !== null) await store.hold(entry.name, null, null)
  if (!entry.enabled) await store.setEnabled(entry.name, true)
  if (json) return JSON.stringify({ name: entry.name, paused: false })
  const free = { entry: { ...entry, enabled: true }, state: { ...state, heldUntilMs: null, lastRunMs: nowMs } }
  return `${entry.name} runs again.\n${nextText([free], app.compiled.zone, nowMs, 1)}`
}

function find(entries: readonly StoredEntry[], name: string | null): StoredEntry {
  const found = entries.find(({ entry }) => entry.name === name)
  if (found !== undefined) return found
  const nearest = nearestWord(
    name ?? '',
    entries.map(({ entry }) => entry.name),
  )
  throw new UmbelError('schedule/unknown', { name: name ?? '', nearest })
}

function commandOf(word: string | undefined) {
  const known = Object.keys(COMMANDS)
  if (word === undefined) throw usage(`Missing command: ${known.join(', ')}.`)
  const command = Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined
  if (command !== undefined) return command
  const nearest = nearestWord(word, known)
  throw usage(`No such command '${word}'.${nearest === null ? '' : ` Did you mean '${nearest}'?`}`)
}

function usage(reason: string): UmbelError {
  return new UmbelError('command/usage', { reason })
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    return `user ${process.getuid?.() ?? ''}`.trim() // a container without a name for it
  }
}
