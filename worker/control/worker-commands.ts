/** enable_events, disable_events, heartbeat, pool_grow, pool_shrink, pool_restart, autoscale, shutdown, election. */
import { type Command, CommandError, noReply, refuseArguments } from './command.ts'

/** A typing error must not make a worker start a million tasks at once. */
const MOST_SLOTS = 10_000

export const enableEvents: Command = ({ events }, args) => {
  refuseArguments('enable_events', args)
  if (events.taskEvents) return { ok: 'task events already enabled' }
  events.enableTasks()
  return { ok: 'task events enabled' }
}

export const disableEvents: Command = ({ events, eventsPinned }, args) => {
  refuseArguments('disable_events', args)
  if (!events.taskEvents) return { ok: 'task events already disabled' }
  if (!eventsPinned) events.disableTasks()
  return { ok: 'task events disabled' }
}

export const heartbeat: Command = (node, args) => {
  refuseArguments('heartbeat', args)
  node.heartbeat.answer()
  return null
}

export const poolGrow: Command = ({ pool, consumer }, { n = 1 }) => {
  const slots = slotsOf(n)
  if (pool.size + slots > MOST_SLOTS) throw new CommandError(`ValueError('at most ${MOST_SLOTS} slots')`)
  pool.grow(slots)
  consumer.adjustPrefetch()
  return { ok: 'pool will grow' }
}

export const poolShrink: Command = ({ pool, consumer }, { n = 1 }) => {
  const slots = slotsOf(n)
  if (pool.size - slots < 1) throw new CommandError(`ValueError("Can't shrink pool below one slot.")`)
  pool.shrink(slots)
  consumer.adjustPrefetch()
  return { ok: 'pool will shrink' }
}

export const poolRestart: Command = ({ app }) => {
  if (!app.conf.worker_pool_restarts) throw new CommandError("ValueError('Pool restarts not enabled')")
  throw new CommandError("NotImplementedError('the async pool has nothing to restart')")
}

export const autoscale: Command = () => {
  throw new CommandError("ValueError('Autoscale not enabled')")
}

export const shutdown: Command = (node) => {
  node.shutdown()
  return noReply
}

/** Elections are not taken part in; a lone Python worker dies of this command (wire.md D5). */
export const election: Command = () => null

function slotsOf(n: unknown): number {
  const slots = Number(n)
  if (Number.isInteger(slots) && slots >= 0) return slots
  throw new CommandError(`ValueError("invalid literal for int() with base 10: '${String(n).slice(0, 40)}'")`)
}
