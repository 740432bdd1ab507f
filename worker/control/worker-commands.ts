/** enable_events, disable_events, heartbeat, pool_grow, pool_shrink, pool_restart, autoscale, shutdown, election. */
import { type Arguments, type Command, noReply, pythonError, refuseArguments, requireArguments } from './command.ts'
import type { Node } from './node.ts'

/** A typing error must not make a worker start a million tasks at once. */
const MOST_SLOTS = 10_000

export const enableEvents: Command = ({ events, runtime }, args) => {
  refuseArguments('enable_events', args)
  if (events.taskEvents) return { ok: 'task events already enabled' }
  events.enableTasks()
  runtime.log.info('Events of group {task} enabled by remote.')
  return { ok: 'task events enabled' }
}

export const disableEvents: Command = ({ events, eventsPinned, runtime }, args) => {
  refuseArguments('disable_events', args)
  // Started with -E, Celery's has no group `task` to take away: it says this, and goes on sending.
  if (eventsPinned || !events.taskEvents) return { ok: 'task events already disabled' }
  events.disableTasks()
  runtime.log.info('Events of group {task} disabled by remote.')
  return { ok: 'task events disabled' }
}

export const heartbeat: Command = (node, args) => {
  refuseArguments('heartbeat', args)
  node.heartbeat.answer()
  return null
}

export const poolGrow: Command = (node, { n = 1 }) => {
  const { pool, consumer, autoscaler } = node
  if (autoscaler !== null) return notWithAutoscale('pool_grow')
  const slots = changeOf(node, n)
  if (pool.size + slots > MOST_SLOTS) throw pythonError('ValueError', `at most ${MOST_SLOTS} slots`)
  pool.grow(slots)
  consumer.adjustPrefetch()
  return { ok: 'pool will grow' }
}

export const poolShrink: Command = (node, { n = 1 }) => {
  const { pool, consumer, autoscaler } = node
  if (autoscaler !== null) return notWithAutoscale('pool_shrink')
  const slots = changeOf(node, n)
  if (pool.size - slots < 1) throw pythonError('ValueError', "Can't shrink pool below one slot.")
  pool.shrink(slots)
  consumer.adjustPrefetch()
  return { ok: 'pool will shrink' }
}

export const poolRestart: Command = ({ app, pool }) => {
  if (!app.conf.worker_pool_restarts) throw pythonError('ValueError', 'Pool restarts not enabled')
  if (!pool.supports.children)
    throw pythonError('NotImplementedError', `the ${pool.name} pool has no children to restart`)
  pool.restart()
  return { ok: 'reload started' }
}

export const autoscale: Command = (node, args) => {
  refuseArguments('autoscale', args, ['max', 'min'])
  const { autoscaler, consumer } = node
  if (autoscaler === null) throw pythonError('ValueError', 'Autoscale not enabled')
  const { max, min } = autoscaler.update(boundOf(args, 'max'), boundOf(args, 'min'))
  consumer.adjustPrefetch()
  return { ok: `autoscale now max=${max} min=${min}` }
}

export const shutdown: Command = (node, { msg = 'Got shutdown from remote' }) => {
  node.runtime.log.warning(String(msg))
  node.shutdown()
  return noReply
}

export const election: Command = (node, args) => {
  requireArguments('election', args, ['id', 'topic'])
  const { id, topic, action } = args
  node.gossip?.election(String(id), String(topic), action)
  return null
}

function notWithAutoscale(command: string) {
  return { error: `${command} is not supported with autoscale. Adjust autoscale range instead.` }
}

function changeOf({ pool }: Node, n: unknown): number {
  if (!pool.supports.grow) throw pythonError('NotImplementedError', `the ${pool.name} pool has a fixed size`)
  return countOf(n)
}

function boundOf(args: Arguments, name: string): number | null {
  const value = args[name]
  return value === undefined || value === null ? null : countOf(value)
}

function countOf(value: unknown): number {
  const count = Number(value)
  if (Number.isInteger(count) && count >= 0) return Math.min(count, MOST_SLOTS + 1)
  throw pythonError('ValueError', `invalid literal for int() with base 10: '${String(value).slice(0, 40)}'`)
}
