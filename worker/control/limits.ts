/** rate_limit and time_limit: for one task of this worker, until it restarts. */
import { stringRepr } from '../../lib/protocol/exact-repr.ts'
import { parseRate, RateError } from '../rate-limit.ts'
import { type Arguments, type Command, pythonError, requireArguments } from './command.ts'

export const rateLimit: Command = (node, args) => {
  requireArguments('rate_limit', args, ['task_name', 'rate_limit'])
  const { task_name: name, rate_limit: limit } = args
  if (limit !== null && typeof limit !== 'string' && typeof limit !== 'number') {
    throw pythonError('TypeError', 'rate_limit has to be a text or a number')
  }
  const refused = refusal(limit)
  if (refused !== null) return { error: refused }
  if (typeof name !== 'string' || !node.app.tasks.has(name)) return { error: 'unknown task' }
  node.rateLimits.set(name, limit)
  const off = node.rateLimits.limitOf(name) === null
  return { ok: off ? 'rate limit disabled successfully' : 'new rate limit set successfully' }
}

export const timeLimit: Command = (node, args) => {
  const { task_name: name } = args
  if (typeof name !== 'string' || !node.app.tasks.has(name)) return { error: 'unknown task' }
  node.timeLimits.set(name, { hard: secondsOf(args, 'hard'), soft: secondsOf(args, 'soft') })
  return { ok: 'time limits set successfully' }
}

/** The limit is looked at before the name of the task, as Celery does. */
function refusal(limit: string | number | null): string | null {
  try {
    parseRate(limit)
    return null
  } catch (error) {
    if (!(error instanceof RateError)) throw error
    if (error.what === 'unit') throw pythonError('KeyError', error.message)
    return `Invalid rate limit string: ValueError(${stringRepr(error.message)})`
  }
}

function secondsOf(args: Arguments, name: string): number | null {
  const value = args[name]
  if (value === undefined || value === null || value === '') return null
  const seconds = Number(value)
  if (Number.isFinite(seconds) && seconds >= 0) return seconds === 0 ? null : seconds
  throw pythonError('ValueError', `could not convert string to float: ${stringRepr(String(value).slice(0, 40))}`)
}
