/** What can be done to a worker. */
import { z } from 'zod'
import { messageOf, UmbelError } from '../../errors.ts'
import { action } from './action.ts'
import { mustKnow } from './worker-order.ts'

const worker = z.string().min(1).max(500)

/** Warm: the workers finish what they run, then exit. There is no reply to this command; the effect is its end. */
export const shutdownWorker = action({
  name: 'worker.shutdown',
  role: 'admin',
  input: z.strictObject({ workers: z.array(worker).min(1).max(100) }),
  async run({ workers }, { cluster, inspector, commands }, actor) {
    for (const name of workers) mustKnow(name, { cluster, inspector })
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
