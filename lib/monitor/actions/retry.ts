import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { z } from 'zod'
import { isUmbelError, messageOf, UmbelError } from '../../errors.ts'
import type { CommandView } from '../../live/views.ts'
import { parsePythonLiteral } from '../../protocol/literal.ts'
import { isRecord } from '../../protocol/record.ts'
import { createTaskEnvelope } from '../../protocol/task-message.ts'
import type { Actor, ClusterReader, Inspector } from '../contracts.ts'
import { type ActionDeps, action, MAX_TARGETS } from './action.ts'
import type { TrackedCommand } from './command-log.ts'
import { findArguments, type KnownArguments } from './retry-arguments.ts'
import { shortId } from './short-id.ts'
import { isSigned, writable, writtenBy } from './written-as.ts'

/** The header that tells, in the message itself, which task this one repeats. */
export const RETRY_HEADER = 'umbel_retry_of'

const literal = z.string().max(1_000_000)

/** Publishes a task again under a new id with its whole arguments, and links the two. */
export const retry = action({
  name: 'task.retry',
  role: 'operator',
  input: z
    .strictObject({
      tasks: z.array(z.string().min(1).max(255)).min(1).max(MAX_TARGETS),
      /** Python literals: a list or tuple, and a dict. Only for one task. */
      args: literal.optional(),
      kwargs: literal.optional(),
      queue: z.string().min(1).max(255).optional(),
    })
    .refine((input) => input.tasks.length === 1 || (input.args === undefined && input.kwargs === undefined), {
      path: ['args'],
      message: 'arguments can be given for one task at a time',
    }),
  async run(input, deps, by) {
    const commands: CommandView[] = []
    for (const id of input.tasks) {
      try {
        commands.push((await repeat(id, input, deps, by)).view)
      } catch (error) {
        // Alone it is an answer to the person; among many it is one line of the list.
        if (input.tasks.length === 1 || !isUmbelError(error)) throw error
        commands.push(failed(id, messageOf(error), deps, by))
      }
    }
    return { commands, data: null }
  },
})

interface Given {
  readonly args?: string | undefined
  readonly kwargs?: string | undefined
  readonly queue?: string | undefined
}

async function repeat(id: string, given: Given, deps: ActionDeps, by: Actor): Promise<TrackedCommand> {
  const { cluster, broker, commands, links } = deps
  const found = await findArguments(id, deps)
  const known = withGiven(id, found.known, given, cluster) ?? null
  if (known === null) {
    throw new UmbelError('task/arguments-unknown', { id, why: found.shown.why ?? 'nothing is known of this task' })
  }
  if (known.task === null) throw new UmbelError('task/unknown', { id })
  const worker = cluster.task(id)?.worker ?? null
  const queue = given.queue ?? found.shown.queue ?? onlyQueueOf(worker, deps.inspector)
  if (queue === null) {
    throw new UmbelError('action/invalid', {
      action: 'task.retry',
      field: 'queue',
      expected: 'the name of a queue: none is known for this task',
    })
  }
  const settings = deps.sender().settings()
  const { codecs } = settings
  const original = found.known?.written ?? writtenBy(worker, deps.inspector)
  const written = writable(original, codecs)
  if (isSigned(original) && written.serializer === null) throw new UmbelError('task/signed', { id })
  const newId = randomUUID()
  const envelope = createTaskEnvelope(
    {
      task: known.task,
      id: newId,
      args: known.args,
      kwargs: known.kwargs,
      routingKey: queue,
      origin: `umbel${process.pid}@${hostname()}`,
      headers: { [RETRY_HEADER]: id },
      compression: written.compression ?? settings.compression,
      serializer: written.serializer ?? settings.serializer,
    },
    { newId: randomUUID, codecs },
  )
  // The link first: if we end right after publishing, the repeat is still known as one.
  await links.add(id, newId)
  const command = commands.track({
    action: 'task.retry',
    who: by.user ?? 'anonymous',
    summary: `Retry ${known.task} ${shortId(id)}`,
    targets: [id],
    taskId: id,
    newTaskId: newId,
    of: null,
    effect: () => {
      const task = cluster.task(newId)
      return task === undefined || task.worker === null ? null : `${task.worker} has it as ${shortId(newId)}.`
    },
    atDeadline: () => ({ state: 'no-answer', text: `It waits in queue ${queue}; no worker has taken it within 10 s.` }),
  })
  try {
    await broker.publish(queue, envelope)
  } catch (error) {
    command.end({ state: 'failed', text: `It was not sent: ${messageOf(error)}` })
    throw error
  }
  return command
}

/** What a person typed wins over what was found; both must be whole literals. */
function withGiven(
  id: string,
  known: KnownArguments | null,
  given: Given,
  cluster: ClusterReader,
): KnownArguments | null {
  if (given.args === undefined && given.kwargs === undefined) return known
  const args = given.args === undefined ? known?.args : typed('args', given.args, Array.isArray)
  const kwargs = given.kwargs === undefined ? known?.kwargs : typed('kwargs', given.kwargs, isRecord)
  if (args === undefined || kwargs === undefined) return null
  return { task: known?.task ?? cluster.task(id)?.name ?? null, args, kwargs }
}

/** Python as a person writes it, where a backslash means one thing; in the texts of events it may mean two. */
function typed<T>(field: 'args' | 'kwargs', text: string, hasShape: (value: unknown) => value is T): T {
  const parsed = parsePythonLiteral(text.trim(), { exactFloats: true })
  if (parsed.ok && hasShape(parsed.value)) return parsed.value
  const shape = field === 'args' ? 'a Python list or tuple' : 'a Python dict'
  const detail = parsed.ok ? 'this is another value' : parsed.detail
  throw new UmbelError('action/invalid', {
    action: 'task.retry',
    field,
    expected: `expected ${shape} of literals: ${detail}`,
  })
}

/** A worker that serves one queue can have had the task from nowhere else. */
function onlyQueueOf(worker: string | null, inspector: Inspector): string | null {
  const queues = worker === null ? undefined : inspector.answers(worker).active_queues?.value
  const first = Array.isArray(queues) && queues.length === 1 ? (queues[0] as { readonly name?: unknown } | null) : null
  return typeof first?.name === 'string' ? first.name : null
}

function failed(id: string, text: string, { commands, cluster }: ActionDeps, by: Actor): CommandView {
  const command = commands.track({
    action: 'task.retry',
    who: by.user ?? 'anonymous',
    summary: `Retry ${cluster.task(id)?.name ?? 'task'} ${shortId(id)}`,
    targets: [id],
    taskId: id,
    of: null,
    effect: () => null,
    atDeadline: () => ({ state: 'failed', text }),
  })
  command.end({ state: 'failed', text })
  return command.view
}
