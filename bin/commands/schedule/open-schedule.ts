/** The app and its schedule for a command that looks or changes something, and ends. */
import { Celery } from '../../../lib/client/celery.ts'
import { loadApp } from '../../../lib/client/load-app.ts'
import { UmbelError } from '../../../lib/errors.ts'
import type { Runtime } from '../../../lib/runtime/runtime.ts'
import { NEW_STATE } from '../../../lib/schedule-store/schedule-book.ts'
import type { BrokenEntry, ScheduleStore, StoredEntry } from '../../../lib/schedule-store/schedule-store.ts'
import { codeEntries } from '../../../worker/beat/code-entries.ts'
import type { ScheduleOptions } from '../../options/schedule-options.ts'
import { openBeatStore } from '../beat-store.ts'

export interface OpenSchedule {
  readonly app: Celery
  readonly store: ScheduleStore
  /** What the store holds, and what the code says and no beat has put there yet. */
  readonly entries: readonly StoredEntry[]
  readonly broken: readonly BrokenEntry[]
  /** Makes sure that the store has it, if anybody does. */
  ensure(name: string): Promise<void>
}

/** Throws what loading the app and opening the store throw. */
export async function openSchedule(options: ScheduleOptions, runtime: Runtime): Promise<OpenSchedule> {
  const app = options.app === null ? new Celery('default') : await loadApp(options.app)
  const { scheduler, schedule, broker: brokerUrl } = options
  const store = await openBeatStore({ app, scheduler, schedule, brokerUrl, broker: null, runtime })
  if (store.kind === 'memory') {
    const reason = 'A schedule in the memory of beat cannot be reached from here: use -S file or -S redis.'
    throw new UmbelError('command/failed', { reason })
  }
  await connected(store, runtime)
  const loaded = await store.load()
  const known = new Set(loaded.entries.map(({ entry }) => entry.name))
  // Without -A nobody has said what the code has.
  const code = options.app === null ? { entries: [], broken: [] } : codeEntries(app)
  const others = code.entries.filter(({ name }) => !known.has(name))
  return {
    ...{ app, store },
    entries: [...loaded.entries, ...others.map((entry): StoredEntry => ({ entry, state: NEW_STATE }))],
    broken: [...loaded.broken, ...code.broken],
    async ensure(name) {
      if (others.some((entry) => entry.name === name)) await store.adopt(code.entries, runtime.clock.nowMs())
    },
  }
}

const CONNECT_MS = 4_000

async function connected(store: ScheduleStore, { clock }: Runtime): Promise<void> {
  const given = new AbortController()
  const late = clock.sleep(CONNECT_MS, given.signal).then(() => {
    if (given.signal.aborted) return
    throw new UmbelError('schedule/unavailable', { place: store.place, reason: 'it does not answer' })
  })
  const opening = store.open()
  opening.catch(() => {}) // told by the race, or too late to matter
  await Promise.race([opening, late]).finally(() => given.abort())
}
