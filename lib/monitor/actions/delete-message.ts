/** One waiting message of a queue is deleted, by its own bytes: what stands at its place may be another by now. */
import { z } from 'zod'
import type { Broker } from '../../broker/broker.ts'
import { messageOf } from '../../errors.ts'
import { nodeCodecs } from '../../runtime/codecs.ts'
import { messageKey } from '../message-key.ts'
import { describeMessage } from '../peek.ts'
import { type ActionDeps, action } from './action.ts'
import type { Ending } from './command-log.ts'
import { shortId } from './short-id.ts'

const input = z.strictObject({
  queue: z.string().min(1).max(500),
  key: z.string().regex(/^[0-9a-f]{40}$/, 'expected the key of a message'),
  position: z.number().int().min(0),
  task: z.string().min(1).max(255).optional(),
})

const PAGE = 100
/** It moves towards the head as others are taken, and away from it when more urgent ones come. */
const PAGES_BEFORE = 20
const PAGES_AFTER = 5

export const deleteMessage = action({
  name: 'queue.delete-message',
  role: 'operator',
  input,
  async run({ queue, key, position, task }, deps, by) {
    const tracked = deps.commands.track({
      action: 'queue.delete-message',
      who: by.user ?? 'anonymous',
      summary: `Delete ${task === undefined ? 'a message' : `message ${shortId(task)}`} from queue ${queue}`,
      targets: [queue],
      ...(task !== undefined && { taskId: task }),
      of: null,
      effect: () => null,
      atDeadline: () => ({ state: 'no-answer', text: 'No answer from the broker in 10 s.' }),
    })
    try {
      tracked.end(await remove(deps, { queue, key, position }))
    } catch (error) {
      tracked.end({ state: 'failed', text: messageOf(error) })
      throw error
    }
    await deps.queues.poll()
    return { commands: [tracked.view], data: null }
  },
})

type Wanted = { readonly queue: string; readonly key: string; readonly position: number }

async function remove({ broker }: Pick<ActionDeps, 'broker'>, wanted: Wanted): Promise<Ending> {
  const raw = await find(broker, wanted)
  const isDone = raw !== null && (await broker.queues.remove(wanted.queue, raw))
  if (!isDone) return { state: 'failed', text: raw === null || isText(raw) ? GONE : NOT_TEXT }
  const { task } = describeMessage({ position: 0, raw }, nodeCodecs)
  return { state: 'confirmed', text: `1 message deleted${task === null ? '' : `: ${task}`}.` }
}

const GONE = 'Nothing was deleted: it does not wait any more. A worker may have taken it.'
const NOT_TEXT = 'Nothing was deleted: its bytes are not text, so it cannot be told from others.'

/** Bytes that are no UTF-8 are read as this sign, and are not the same when they are written again. */
function isText(raw: string): boolean {
  return !raw.includes('\ufffd')
}

/** Its text, looked for from where it stood towards the head, then behind. Null where it is not. */
async function find(broker: Broker, { queue, key, position }: Wanted): Promise<string | null> {
  const from = Math.floor(position / PAGE)
  const before = Array.from({ length: PAGES_BEFORE }, (_, i) => from - i).filter((page) => page >= 0)
  const after = Array.from({ length: PAGES_AFTER }, (_, i) => from + 1 + i)
  for (const page of [...before, ...after]) {
    const messages = await broker.queues.peek(queue, page * PAGE, PAGE)
    const found = messages.find(({ raw }) => messageKey(raw) === key)
    if (found !== undefined) return found.raw
  }
  return null
}
