/** Stops and starts the taking from a queue on all its workers (ux.md 2.5). */
import { z } from 'zod'
import { UmbelError } from '../../errors.ts'
import { consumersOf } from '../consumers.ts'
import { type ActionDeps, action } from './action.ts'
import { orderMany } from './order-all.ts'

const input = z.strictObject({ queue: z.string().min(1).max(255) })
const SECOND_MS = 1_000

/**
 * Workers that start later take from it all the same: they are not told. Throws `queue/paused` when nobody takes from it
 * because somebody else was first, `queue/unserved` when nobody does anyway.
 */
export const pauseQueue = action({
  name: 'queue.pause',
  role: 'admin',
  input,
  async run({ queue }, deps, by) {
    const { paused, runtime } = deps
    const workers = consumersOf(deps).byQueue.get(queue) ?? []
    const before = paused.of(queue)
    if (workers.length === 0) throw nobodyTakes(queue, before, runtime.clock.nowMs())
    // Those that an earlier pause asked are asked to go on as well, when it ends.
    const all = [...new Set([...(before?.workers ?? []), ...workers])]
    const note = {
      who: by.user ?? 'anonymous',
      sinceMs: before?.sinceMs ?? runtime.clock.nowMs(),
      workers: all,
      silent: workers,
    }
    return orderMany(
      {
        ...{ action: 'queue.pause', command: 'cancel_consumer', args: { queue }, workers, about: [queue] },
        summary: `Pause queue ${queue}`,
        over(replies) {
          const answered = new Set(replies.filter(({ error }) => error === null).map(({ worker }) => worker))
          const silent = workers.filter((worker) => !answered.has(worker))
          // Nobody heard of it: it is not paused, and does not say so.
          if (answered.size === 0 && before === null) void paused.end(queue)
          else void paused.set(queue, { ...note, silent })
          void lookAgain(workers, deps)
        },
        sent: () => void paused.set(queue, note),
      },
      deps,
      by,
    )
  },
})

/** Workers of the pause that have gone since are not waited for: one that starts takes from its queues by itself. */
export const resumeQueue = action({
  name: 'queue.resume',
  role: 'admin',
  input,
  async run({ queue }, deps, by) {
    const { cluster, paused } = deps
    const before = paused.of(queue)
    if (before === null) throw new UmbelError('queue/not-paused', { name: queue })
    const workers = before.workers.filter((worker) => cluster.worker(worker)?.online === true)
    if (workers.length === 0) {
      await paused.end(queue)
      await deps.queues.poll()
      return { commands: [], data: null }
    }
    return orderMany(
      {
        ...{ action: 'queue.resume', command: 'add_consumer', args: { queue }, workers, about: [queue] },
        summary: `Resume queue ${queue}`,
        over(replies) {
          // Where nobody answered it is still paused.
          if (replies.some(({ error }) => error === null)) void paused.end(queue)
          void lookAgain(workers, deps)
        },
      },
      deps,
      by,
    )
  },
})

function nobodyTakes(queue: string, before: { who: string; sinceMs: number } | null, nowMs: number): UmbelError {
  if (before === null) return new UmbelError('queue/unserved', { name: queue })
  const seconds = Math.max(0, Math.round((nowMs - before.sinceMs) / SECOND_MS))
  return new UmbelError('queue/paused', { name: queue, who: before.who, seconds })
}

/** What they take from has changed: pages show it when they have told, and the lengths with it. */
async function lookAgain(workers: readonly string[], { inspector, queues }: ActionDeps): Promise<void> {
  await inspector.ask('active_queues', {}, { destination: workers }).catch(() => {})
  await queues.poll()
}
