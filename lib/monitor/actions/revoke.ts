import { z } from 'zod'
import { isReady, REVOKED } from '../../protocol/states.ts'
import type { TaskRecord } from '../records.ts'
import { type ActionDeps, action, MAX_TARGETS } from './action.ts'
import { count, DEADLINE_MS, type Ending, errorOf, type TrackedCommand } from './command-log.ts'
import { mustReach } from './must-reach.ts'
import { shortId } from './short-id.ts'

/** What a pool process may be sent; anything else could do more than end a task. */
export const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGKILL', 'SIGUSR1', 'SIGHUP'] as const

const LOOK_AGAIN_MS = 500

const taskId = z.string().min(1).max(255)

/** Tells all workers to skip these tasks (wire.md D5); with `terminate` the process that runs one is killed. */
export const revoke = action({
  name: 'task.revoke',
  role: 'operator',
  input: z.strictObject({
    tasks: z.array(taskId).min(1).max(MAX_TARGETS),
    terminate: z.boolean().default(false),
    signal: z.enum(SIGNALS).default('SIGTERM'),
  }),
  async run({ tasks, terminate, signal }, deps, by) {
    mustReach(deps)
    const { cluster, inspector, commands } = deps
    const online = [...cluster.workers()].filter((worker) => worker.online).length
    const verb = terminate ? 'Terminate' : 'Revoke'
    const tracked = tasks.map((id) => {
      const before = cluster.task(id)
      // The record itself lives on and changes; what counts is its version now.
      const versionBefore = before?.version ?? null
      return commands.track({
        action: 'task.revoke',
        who: by.user ?? 'anonymous',
        summary: `${verb} ${before?.name ?? 'task'} ${shortId(id)}`,
        targets: [id],
        taskId: id,
        of: online === 0 ? null : online,
        effect: () => effectOf(cluster.task(id), versionBefore),
        atDeadline: (answered) => deadline(answered, online, cluster.task(id), terminate),
      })
    })
    const already = tasks
      .map((id) => cluster.task(id))
      .map((task) => (task !== undefined && isReady(task.state) ? task : null))
    tracked.forEach((command, i) => {
      const ended = already[i]
      if (ended) command.end({ state: 'failed', text: `It had already ended: ${ended.state}.` })
    })
    // An ended task is left alone: revoking it would only overwrite its story.
    const left = tasks.filter((_, i) => already[i] === null)
    if (left.length > 0) {
      const open = tracked.filter((command) => command.view.endedMs === null)
      const args = { task_id: left, terminate, signal }
      let looking = false
      void inspector
        .ask('revoke', args, {
          timeoutMs: DEADLINE_MS,
          onReply({ worker, reply }) {
            for (const command of open) command.answered({ worker, error: errorOf(reply) })
            if (!looking) void adoptRevoked(open, deps)
            looking = true
          },
        })
        .catch((error: unknown) => {
          const text = error instanceof Error ? error.message : String(error)
          for (const command of open) command.end({ state: 'failed', text })
        })
    }
    return { commands: tracked.map((command) => command.view), data: null }
  },
})

/**
 * A worker stores REVOKED at once, but sends the event only when the task reaches it: with an ETA in hours, or never.
 * Looked for as long as one of the commands is open.
 */
async function adoptRevoked(commands: readonly TrackedCommand[], deps: ActionDeps): Promise<void> {
  const { results, runtime, adopt, cluster } = deps
  if (results === null) return
  for (;;) {
    // An id that nothing was seen of may be a typing error: it gets no place in the list.
    const open = commands.flatMap(({ view }) => (view.endedMs === null && view.taskId !== null ? [view.taskId] : []))
    if (open.length === 0) return
    const ids = open.filter((id) => cluster.task(id) !== undefined)
    // What cannot be read is told elsewhere; the command ends by itself.
    for (const meta of await results.getMany(ids).catch(() => [])) if (meta?.status === REVOKED) adopt(meta)
    await runtime.clock.sleep(LOOK_AGAIN_MS)
  }
}

function effectOf(task: TaskRecord | undefined, versionBefore: number | null): string | null {
  if (task === undefined || task.version === versionBefore || !isReady(task.state)) return null
  return task.state === 'REVOKED'
    ? 'The task was revoked.'
    : `The task ended before it could be revoked: ${task.state}.`
}

function deadline(answered: number, online: number, task: TaskRecord | undefined, terminate: boolean): Ending {
  if (answered === 0) {
    const nobody = online === 0 ? 'No worker is online.' : 'No worker answered in 10 s.'
    return { state: 'no-answer', text: `${nobody} The task may still run.` }
  }
  const told = `${answered} of ${count(Math.max(online, answered), 'worker')} answered.`
  if (task?.state === 'STARTED' && !terminate) {
    return { state: 'answered', text: `${told} The task is already running and goes on; terminate it to stop it.` }
  }
  if (task?.state === 'STARTED') return { state: 'answered', text: `${told} The task has not ended yet.` }
  return { state: 'answered', text: `${told} They will skip the task when it reaches them.` }
}
