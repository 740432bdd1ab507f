/** What can be done to a worker. */
import { z } from 'zod'
import { messageOf, UmbelError } from '../../errors.ts'
import type { ActionAnswer } from '../../live/http.ts'
import type { Actor, ClusterReader } from '../contracts.ts'
import { poolSlots } from '../pool-slots.ts'
import { type ActionDeps, action } from './action.ts'
import { DEADLINE_MS, errorOf } from './command-log.ts'

const worker = z.string().min(1).max(500)
const by = z.number().int().min(1).max(100)
const LOOK_AGAIN_MS = 300

/** Warm: the workers finish what they run, then exit. There is no reply to this command; the effect is its end. */
export const shutdownWorker = action({
  name: 'worker.shutdown',
  role: 'admin',
  input: z.strictObject({ workers: z.array(worker).min(1).max(100) }),
  async run({ workers }, { cluster, inspector, commands }, actor) {
    for (const name of workers) mustKnow(name, cluster)
    const tracked = workers.map((name) =>
      commands.track({
        action: 'worker.shutdown',
        who: actor.user ?? 'anonymous',
        summary: `Shut down ${name}`,
        targets: [name],
        of: null,
        effect: () => (cluster.worker(name)?.online === false ? `${name} went offline.` : null),
        atDeadline: () => ({
          state: 'no-answer',
          text: `${name} is still online after 10 s. It may be finishing its tasks.`,
        }),
      }),
    )
    try {
      await inspector.tell('shutdown', {}, workers)
    } catch (error) {
      for (const command of tracked) command.end({ state: 'failed', text: messageOf(error) })
      throw error
    }
    return { commands: tracked.map((command) => command.view), data: null }
  },
})

export const growPool = action({
  name: 'worker.pool-grow',
  role: 'admin',
  input: z.strictObject({ worker, by }),
  run: (input, deps, actor) => resizePool('pool_grow', input.worker, input.by, deps, actor),
})

export const shrinkPool = action({
  name: 'worker.pool-shrink',
  role: 'admin',
  input: z.strictObject({ worker, by }),
  run: (input, deps, actor) => resizePool('pool_shrink', input.worker, input.by, deps, actor),
})

/** A worker that will not come back: out of the list, and what its going off-line set off ends. */
export const forgetWorker = action({
  name: 'worker.forget',
  role: 'operator',
  input: z.strictObject({ worker }),
  async run({ worker: name }, { forgetWorker }) {
    const outcome = await forgetWorker(name)
    if (outcome === 'unknown') throw new UmbelError('worker/unknown', { name })
    if (outcome === 'online') {
      throw new UmbelError('action/invalid', {
        action: 'worker.forget',
        field: 'worker',
        expected: `a worker that is offline; ${name} is online`,
      })
    }
    return { commands: [], data: null }
  },
})

/** Asks one worker, or all, everything again; the answers appear on their pages. */
export const inspectWorker = action({
  name: 'worker.inspect',
  role: 'viewer',
  input: z.strictObject({ worker: worker.optional() }),
  async run(input, { inspector }) {
    await inspector.refresh(input.worker)
    return { commands: [], data: null }
  },
})

async function resizePool(
  command: 'pool_grow' | 'pool_shrink',
  name: string,
  n: number,
  { cluster, inspector, commands, runtime }: ActionDeps,
  actor: Actor,
): Promise<ActionAnswer> {
  mustKnow(name, cluster)
  const grows = command === 'pool_grow'
  const before = poolSlots(inspector.answers(name).stats?.value)
  const tracked = commands.track({
    action: grows ? 'worker.pool-grow' : 'worker.pool-shrink',
    who: actor.user ?? 'anonymous',
    summary: `${grows ? 'Grow' : 'Shrink'} the pool of ${name} by ${n}`,
    targets: [name],
    of: 1,
    effect: () => null,
    atDeadline: (answered) =>
      answered === 0
        ? { state: 'no-answer', text: `No answer from ${name} in 10 s. It may be busy or gone.` }
        : { state: 'answered', text: `${name} answered, but its pool has not changed its size in 10 s.` },
  })
  const expected = before === null ? null : before + (grows ? n : -n)
  void inspector
    .ask(command, { n }, { destination: [name], timeoutMs: DEADLINE_MS })
    .then(async (replies) => {
      for (const { worker: who, reply } of replies) tracked.answered({ worker: who, error: errorOf(reply) })
      // A pool that shrinks answers first and lets its processes go a moment later.
      while (replies.length > 0 && tracked.view.endedMs === null) {
        const [stats] = await inspector.ask('stats', {}, { destination: [name] })
        const size = poolSlots(stats?.reply)
        if (stats !== undefined && (expected === null || size === expected)) {
          tracked.end({
            state: 'confirmed',
            text: `${name} answered. Its pool has ${size ?? 'an unknown number of'} slots.`,
          })
        } else {
          await runtime.clock.sleep(LOOK_AGAIN_MS)
        }
      }
    })
    .catch((error: unknown) => tracked.end({ state: 'failed', text: messageOf(error) }))
  return { commands: [tracked.view], data: null }
}

function mustKnow(name: string, cluster: ClusterReader): void {
  if (cluster.worker(name) === undefined) throw new UmbelError('worker/unknown', { name })
}
