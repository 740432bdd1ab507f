/** "Run now" of an entry, done by whoever can: the beat that works on its schedule, or, where that hears nothing, us. */
import { callOptionsOf } from '../../client/canvas/option-names.ts'
import { type Sender, sendTask } from '../../client/send.ts'
import type { SourceReader } from '../schedules/source-reader.ts'
import { liveBeats } from '../schedules/source-view.ts'
import type { TrackedEntry } from '../schedules/tracked-entry.ts'

/**
 * Django's own beat reads its tables only, which have no such wish, and looks at nightly crontabs only at night: Django's
 * admin sends the task itself, and so does this, with the header that its beat adds. Throws what sending throws.
 */
export async function runEntryNow(
  reader: SourceReader,
  name: string,
  tracked: TrackedEntry | null,
  { sender, nowMs }: { sender(): Sender; readonly nowMs: number },
): Promise<{ readonly id: string } | null> {
  const { store } = reader.source
  if (store.kind !== 'django' || liveBeats(reader) > 0 || tracked === null) {
    if (!reader.keepsNotes) tracked?.book.askedByHand(nowMs)
    await store.runNow(name, nowMs)
    return null
  }
  const { task, args, kwargs, options } = tracked.stored.entry
  const headers = { ...Object(options['headers']), periodic_task_name: name }
  const id = await sendTask(sender(), { name: task, args, kwargs, options: callOptionsOf({ ...options, headers }) })
  tracked.book.note([{ slotMs: nowMs, sentMs: nowMs, taskId: id, why: 'hand' }])
  tracked.dirty = true
  return { id }
}
