/** The one door for changes: HTTP, sockets and commands all come through `run`. */
import { isProblem, messageOf, UmbelError } from '../../errors.ts'
import { isRecord } from '../../protocol/record.ts'
import { type Actions, type Actor, ROLES, type Role } from '../contracts.ts'
import { entryId } from '../schedules/schedule-source.ts'
import type { Action, ActionDeps } from './action.ts'
import { alertActions } from './alert-actions.ts'
import { type Audit, actorOf } from './audit.ts'
import { deleteMessage } from './delete-message.ts'
import { discard, purgeQueue, putBack } from './queue-actions.ts'
import { pauseQueue, resumeQueue } from './queue-pause.ts'
import { retry } from './retry.ts'
import { findArguments } from './retry-arguments.ts'
import { revoke } from './revoke.ts'
import { scheduleActions } from './schedule-actions.ts'
import { abortTask, sendTaskAction } from './send-actions.ts'
import { forgetWorker, inspectWorker, shutdownWorker } from './worker-actions.ts'
import {
  addConsumer,
  autoscalePool,
  cancelConsumer,
  growPool,
  rateLimit,
  restartPool,
  shrinkPool,
  timeLimit,
} from './worker-orders.ts'

export const ACTIONS: readonly Action[] = [
  revoke,
  retry,
  putBack,
  discard,
  deleteMessage,
  purgeQueue,
  pauseQueue,
  resumeQueue,
  shutdownWorker,
  growPool,
  shrinkPool,
  autoscalePool,
  restartPool,
  addConsumer,
  cancelConsumer,
  rateLimit,
  timeLimit,
  sendTaskAction,
  abortTask,
  forgetWorker,
  inspectWorker,
  ...alertActions,
  ...scheduleActions,
]

export interface ActionsOptions extends ActionDeps {
  readonly audit: Audit
  /** Nothing may be changed by anybody. */
  readonly readOnly: boolean
}

export function createActions(options: ActionsOptions): Actions {
  const { audit, readOnly, ...deps } = options
  const byName = new Map(ACTIONS.map((each) => [each.name, each]))

  return {
    names: [...byName.keys()],
    async run(by, name, input) {
      const found = byName.get(name)
      if (found === undefined) throw new UmbelError('action/unknown', { action: name.slice(0, 100) })
      const line = { ...actorOf(by), action: name, ...targetsOf(input) }
      try {
        mustBeAllowed(by, found, readOnly)
        const answer = await found.run(parse(found, input), deps, by)
        await audit.write({ ...line, outcome: 'done', reason: null })
        return answer
      } catch (error) {
        const refused = isProblem(error, 'action/forbidden') || isProblem(error, 'request/read-only')
        await audit.write({ ...line, outcome: refused ? 'refused' : 'failed', reason: messageOf(error) })
        throw error
      }
    },
    retryArguments: async (id) => (await findArguments(id, deps)).shown,
  }
}

function mustBeAllowed(by: Actor, { name, role }: Action, readOnly: boolean): void {
  const rank = (each: Role) => ROLES.indexOf(each)
  if (readOnly && role !== 'viewer') throw new UmbelError('request/read-only', {})
  if (by.grants?.includes(name) === true) return
  if (rank(by.role) < rank(role)) throw new UmbelError('action/forbidden', { action: name, role: by.role })
}

function parse({ name, input }: Action, given: unknown): unknown {
  const parsed = input.safeParse(given)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const field = issue?.path.join('.') || 'input'
  throw new UmbelError('action/invalid', { action: name, field, expected: issue?.message ?? 'a valid value' })
}

/** What the audit line names: taken before the input is parsed, so that a refused try is told as well. */
function targetsOf(input: unknown): { readonly targets: readonly string[]; readonly count: number } {
  const given = typeof input === 'object' && input !== null ? (input as Readonly<Record<string, unknown>>) : {}
  const lists = [given['tasks'], given['workers']].filter((each) => Array.isArray(each)).flat()
  const singles = [
    given['task'],
    given['worker'],
    given['queue'],
    given['name'],
    given['rule'],
    given['channel'],
    given['schedule'],
    ...savedEntry(given),
  ]
    .map((each) => (isRecord(each) ? each['name'] : each))
    .filter((each) => typeof each === 'string')
  const all = [...lists, ...singles].map((each) => String(each).slice(0, 255))
  return { targets: all.slice(0, 20), count: all.length }
}

/** An entry that is saved, by its id as the other actions name it; two ids when it gets another name. */
function savedEntry({ form, replaces }: Readonly<Record<string, unknown>>): readonly unknown[] {
  if (!isRecord(form)) return []
  const { source, name } = form
  const id = typeof source === 'string' && typeof name === 'string' ? entryId(source, name) : name
  return replaces === id ? [id] : [replaces, id]
}
