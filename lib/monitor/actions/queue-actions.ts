/** What can be done with the messages of a queue: those that wait, and those that consumers could not read and set aside. */
import { z } from 'zod'
import { messageOf } from '../../errors.ts'
import type { ActionAnswer } from '../../live/http.ts'
import type { Actor } from '../contracts.ts'
import { type ActionDeps, action, MAX_TARGETS } from './action.ts'
import { count } from './command-log.ts'

const input = z.strictObject({
  queue: z.string().min(1).max(500),
  /** Without them all that was set aside of this queue is meant. */
  ids: z.array(z.string().min(1).max(100)).min(1).max(MAX_TARGETS).optional(),
})
type Input = z.output<typeof input>

interface Ending {
  readonly name: 'queue.put-back' | 'queue.discard'
  readonly summary: (what: string, queue: string) => string
  readonly done: string
  readonly how: 'putBack' | 'discard'
}

/** Back to the end of their queue, as they are. Whoever takes them next must be able to read them. */
export const putBack = action({
  name: 'queue.put-back',
  role: 'operator',
  input,
  run: (given, deps, by) => end(PUT_BACK, given, deps, by),
})

export const discard = action({
  name: 'queue.discard',
  role: 'admin',
  input,
  run: (given, deps, by) => end(DISCARD, given, deps, by),
})

/** What waits is deleted for good; what is taken already is not touched. `data` is how many there were. */
export const purgeQueue = action({
  name: 'queue.purge',
  role: 'admin',
  input: z.strictObject({ queue: input.shape.queue }),
  async run({ queue }, deps, by) {
    const tracked = deps.commands.track({
      action: 'queue.purge',
      who: by.user ?? 'anonymous',
      summary: `Purge queue ${queue}`,
      targets: [queue],
      of: null,
      effect: () => null,
      atDeadline: () => NO_ANSWER,
    })
    const purged = await deps.broker.queues.purge(queue).catch((error: unknown) => {
      tracked.end({ state: 'failed', text: messageOf(error) })
      throw error
    })
    tracked.end({ state: 'confirmed', text: `${count(purged, 'message')} deleted.` })
    await deps.queues.poll()
    return { commands: [tracked.view], data: purged }
  },
})

const NO_ANSWER = { state: 'no-answer', text: 'No answer from the broker in 10 s.' } as const

const PUT_BACK: Ending = {
  name: 'queue.put-back',
  summary: (what, queue) => `Put ${what} back into ${queue}`,
  done: 'put back',
  how: 'putBack',
}
const DISCARD: Ending = {
  name: 'queue.discard',
  summary: (what, queue) => `Delete ${what} set aside from ${queue}`,
  done: 'deleted',
  how: 'discard',
}

async function end(ending: Ending, { queue, ids }: Input, deps: ActionDeps, by: Actor): Promise<ActionAnswer> {
  const wanted = ids === undefined ? 'all messages' : count(ids.length, 'message')
  const tracked = deps.commands.track({
    action: ending.name,
    who: by.user ?? 'anonymous',
    summary: ending.summary(wanted, queue),
    targets: [queue],
    of: null,
    effect: () => null,
    atDeadline: () => NO_ANSWER,
  })
  try {
    const done = await deps.broker.queues[ending.how](queue, ids ?? null)
    const gone = ids === undefined ? 0 : ids.length - done
    const text = `${count(done, 'message')} ${ending.done}.`
    const rest = `${count(gone, 'message')} had gone meanwhile.`
    tracked.end({ state: 'confirmed', text: gone > 0 ? `${text} ${rest}` : text })
  } catch (error) {
    tracked.end({ state: 'failed', text: messageOf(error) })
    throw error
  }
  await deps.queues.poll()
  return { commands: [tracked.view], data: null }
}
