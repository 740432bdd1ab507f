/**
 * Chords to which this worker has brought a part. Whoever claims the body of one may die before it is sent; then it is
 * sent by another, who has to look (RES-6). Celery waits for a part that comes again, which may never be.
 */
import { asNode } from '../lib/client/canvas/node.ts'
import { messageOf } from '../lib/errors.ts'
import type { FailParts, HeaderTask } from './chord-failure.ts'
import { sendBody } from './chord-part.ts'

export interface ChordWatch {
  /** A part was brought and the body is not ours to send. */
  note(task: HeaderTask): void
  /** Nothing more is to be looked for. */
  forget(groupId: string): void
}

interface Watched {
  readonly task: HeaderTask
  /** Of the last part that this worker brought. */
  sinceMs: number
  dueMs: number
  waitMs: number
}

/** Beyond, the oldest are left to the parts that come again. */
const MOST = 5_000
const LOOK_EVERY_MS = 1_000
/** A dead dispatcher keeps its claim for less than this; who looks for longer looks at a chord that goes on. */
const SOON_MS = 60_000
const LONGEST_WAIT_MS = 600_000

export function createChordWatch(parts: FailParts, ended: AbortSignal): ChordWatch {
  const { results, sender } = parts
  const { clock, log } = sender.runtime
  const watched = new Map<string, Watched>()
  let looking = false

  async function look(groupId: string, one: Watched): Promise<void> {
    const chords = results?.chords
    if (chords == null) return
    const claim = await chords.retake(groupId)
    if (claim !== null) {
      log.warning(`The body of chord ${groupId} was not sent by who had to; it is sent now`)
      await sendBody(parts, one.task, asNode(one.task.chord), claim)
    } else if (await chords.isOpen(groupId)) {
      if (clock.monotonicMs() - one.sinceMs > SOON_MS) one.waitMs = Math.min(LONGEST_WAIT_MS, 2 * one.waitMs)
      one.dueMs = clock.monotonicMs() + one.waitMs
      return
    }
    watched.delete(groupId)
  }

  async function loop(): Promise<void> {
    looking = true
    while (watched.size > 0 && !ended.aborted) {
      await clock.sleep(LOOK_EVERY_MS, ended)
      for (const [groupId, one] of [...watched]) {
        if (ended.aborted) break
        if (one.dueMs > clock.monotonicMs()) continue
        await look(groupId, one).catch((error: unknown) => {
          log.debug('a chord could not be looked at', { groupId, reason: messageOf(error) })
        })
      }
    }
    looking = false
  }

  return {
    note(task) {
      const { groupId } = task
      if (groupId === null || ended.aborted) return
      const known = watched.get(groupId)
      const waitMs = results?.chords?.claimMs ?? LONGEST_WAIT_MS
      const sinceMs = clock.monotonicMs()
      const times = { sinceMs, dueMs: sinceMs + waitMs, waitMs }
      if (known === undefined) watched.set(groupId, { task: { ...task, children: [] }, ...times })
      else Object.assign(known, times)
      if (watched.size > MOST) for (const oldest of watched.keys()) return void watched.delete(oldest)
      if (!looking) void loop()
    },
    forget: (groupId) => void watched.delete(groupId),
  }
}
