/** A task that a person sends by its name, and ABORTED for one that looks for it (flower.md 2.3, 2.4). */
import { z } from 'zod'
import type { CallOptions } from '../../client/call-options.ts'
import { sendTask } from '../../client/send.ts'
import { isUmbelError, messageOf, UmbelError } from '../../errors.ts'
import { DAY_MS } from '../../schedules/zone.ts'
import { action } from './action.ts'
import { shortId } from './short-id.ts'

/** Celery's `AbortableAsyncResult` stores it; a task that is abortable asks for it. */
const ABORTED = 'ABORTED'
/** As long as Celery's result_expires keeps any result. */
const KEPT_MS = DAY_MS

const text = z.string().max(1_000)
const seconds = z.number().min(-1e9).max(1e9)
const integer = z.number().int().min(0).max(1e9)

/** Options of apply_async that make sense from outside, under Celery's names; others are passed over, as in Flower. */
const options = z.object({
  queue: text.nullish(),
  exchange: text.nullish(),
  routing_key: text.nullish(),
  priority: integer.nullish(),
  countdown: seconds.nullish(),
  eta: text.nullish(),
  expires: z.union([seconds, text]).nullish(),
  task_id: z.string().min(1).max(255).nullish(),
  serializer: text.nullish(),
  compression: text.nullish(),
  time_limit: seconds.nullish(),
  soft_time_limit: seconds.nullish(),
  ignore_result: z.boolean().nullish(),
  headers: z.record(z.string(), z.unknown()).nullish(),
  shadow: text.nullish(),
  root_id: text.nullish(),
  parent_id: text.nullish(),
  group_id: text.nullish(),
  reply_to: text.nullish(),
  retries: integer.nullish(),
})

export const sendTaskAction = action({
  name: 'task.send',
  role: 'admin',
  input: z.strictObject({
    task: z.string().min(1).max(500),
    args: z.array(z.unknown()).default([]),
    kwargs: z.record(z.string(), z.unknown()).default({}),
    options: options.default({}),
  }),
  async run({ task: name, args, kwargs, options: given }, { cluster, commands, sender }, by) {
    const id = await sent(() => sendTask(sender(), { name, args, kwargs, options: callOptions(given) }))
    const command = commands.track({
      action: 'task.send',
      who: by.user ?? 'anonymous',
      summary: `Send ${name} as ${shortId(id)}`,
      targets: [id],
      taskId: id,
      newTaskId: id,
      of: null,
      effect: () => (cluster.task(id)?.worker == null ? null : `${cluster.task(id)?.worker} has it.`),
      atDeadline: () => ({ state: 'no-answer', text: 'It was sent; no worker has taken it within 10 s.' }),
    })
    return { commands: [command.view], data: { id } }
  },
})

export const abortTask = action({
  name: 'task.abort',
  role: 'operator',
  input: z.strictObject({ task: z.string().min(1).max(255) }),
  async run({ task: id }, { results }) {
    if (results === null) throw new UmbelError('request/no-results', {})
    const meta = { task_id: id, status: ABORTED, result: null, traceback: null, children: [], date_done: null }
    await results.set(meta, KEPT_MS)
    return { commands: [], data: null }
  },
})

/** What a person can put right is told as bad input, not as a fault of ours. */
async function sent(send: () => Promise<string>): Promise<string> {
  try {
    return await send()
  } catch (error) {
    if (isUmbelError(error)) throw error
    throw new UmbelError('action/invalid', { action: 'task.send', field: 'options', expected: messageOf(error) }, error)
  }
}

function callOptions(given: z.output<typeof options>): CallOptions {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined && value !== null)
  const named = entries.map(([name, value]) => [name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase()), value])
  return Object.fromEntries(named) as CallOptions // keys and values are those that the schema let through
}
