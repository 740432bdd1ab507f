/**
 * The HTTP calls of the page itself, beside Flower's API: requests and answers. All under `/umbel/`; an error answer is
 * `{ error: { code, message, facts } }` with the status that belongs to the code.
 */
import type { ScheduleForm } from './schedule-views.ts'
import type { CommandView, TaskRowView } from './views.ts'

export type ErrorAnswer = {
  readonly error: {
    readonly code: string
    readonly message: string
    readonly facts: { readonly [name: string]: unknown }
  }
}

/** `POST /umbel/actions/<name>` with the action's input as a JSON object. */
export type ActionAnswer = {
  /** The tracked commands that were started, one a target; empty for actions that are done at once. */
  readonly commands: readonly CommandView[]
  /** What the action itself gives back, or null. */
  readonly data: unknown
}

/**
 * Every action, its input and the role it asks for. The names are the last part of the address.
 * `tasks` holds ids. `terminate` kills the process that runs the task.
 */
export type ActionInputs = {
  'task.revoke': { readonly tasks: readonly string[]; readonly terminate?: boolean; readonly signal?: string }
  /** One task with arguments a person gave (Python literals), or many with what is known; where it isn't: an error. */
  'task.retry': {
    readonly tasks: readonly string[]
    readonly args?: string
    readonly kwargs?: string
    readonly queue?: string
  }
  /** Messages that were set aside: back into the queue, or deleted. Without `ids`: all of the queue. */
  'queue.put-back': { readonly queue: string; readonly ids?: readonly string[] }
  'queue.discard': { readonly queue: string; readonly ids?: readonly string[] }
  /**
   * One waiting message, by its `key` and about where it stood. `task`: its id, for the audit. It is not deleted where
   * somebody has taken it meanwhile, which is said.
   */
  'queue.delete-message': {
    readonly queue: string
    readonly key: string
    readonly position: number
    readonly task?: string
  }
  /** What waits in it is deleted; `data` is how many there were. */
  'queue.purge': { readonly queue: string }
  /** No worker takes from it any more, and again. */
  'queue.pause': { readonly queue: string }
  'queue.resume': { readonly queue: string }
  'worker.shutdown': { readonly workers: readonly string[] }
  'worker.pool-grow': { readonly worker: string; readonly by: number }
  'worker.pool-shrink': { readonly worker: string; readonly by: number }
  /** Orders to one worker; `data` of their answer is an `OrderReply`, or null when it did not answer in time. */
  'worker.autoscale': { readonly worker: string; readonly min: number; readonly max: number }
  'worker.pool-restart': { readonly worker: string }
  'worker.add-consumer': { readonly worker: string; readonly queue: string }
  'worker.cancel-consumer': { readonly worker: string; readonly queue: string }
  /** `rate` as Celery writes it: `10/m`; `0` = none. Without a worker: all that are online; `data` is then `OrderReply[]`. */
  'task.rate-limit': { readonly worker?: string; readonly task: string; readonly rate: string }
  /** Seconds; null = none. Workers as above. */
  'task.time-limit': {
    readonly worker?: string
    readonly task: string
    readonly soft: number | null
    readonly hard: number | null
  }
  /** A new task by its name; `options` in Celery's names (apply_async). `data` is `{ id }`. */
  'task.send': {
    readonly task: string
    readonly args?: readonly unknown[]
    readonly kwargs?: { readonly [name: string]: unknown }
    readonly options?: { readonly [name: string]: unknown }
  }
  /** Stores ABORTED, which an abortable task looks for. */
  'task.abort': { readonly task: string }
  /** A worker that is offline and will not come back: out of the list, and its alerts end. */
  'worker.forget': { readonly worker: string }
  'worker.inspect': { readonly worker?: string }
  'alert.save-rule': { readonly rule: { readonly [field: string]: unknown } }
  'alert.delete-rule': { readonly name: string }
  'alert.silence': { readonly rule: string; readonly forMs: number }
  'alert.save-channel': { readonly channel: { readonly [field: string]: unknown } }
  'alert.delete-channel': { readonly name: string }
  'alert.test-channel': { readonly name: string }
  /** `schedule` is an id of the topic `schedules`. A hold without `untilMs` lasts until it is ended. */
  'schedule.hold': { readonly schedule: string; readonly untilMs?: number }
  'schedule.resume': { readonly schedule: string }
  'schedule.skip': { readonly schedule: string }
  'schedule.run': { readonly schedule: string }
  'schedule.save': { readonly form: ScheduleForm; readonly replaces?: string }
  'schedule.delete': { readonly schedule: string }
}
export type ActionName = keyof ActionInputs

/** What a worker said to an order, in its own words: one of `ok` and `error`. */
export type OrderReply = { readonly worker: string; readonly ok: string | null; readonly error: string | null }

/** `GET /umbel/tasks/<id>/arguments`: what Retry would send, and how sure that is. */
export type RetryArguments = {
  readonly args: string | null
  readonly kwargs: string | null
  readonly source: 'message' | 'result' | 'event' | null
  /** True: Retry may send this without asking. */
  readonly whole: boolean
  /** Why it is not whole, in a sentence; null when it is. */
  readonly why: string | null
  readonly queue: string | null
}

/** `GET /umbel/tasks/<id>/raw`: all that is known of a task, each part as one JSON text whose numbers keep their digits. */
export type RawTask = {
  /** The fields that its events told. Null: the task is not known. */
  readonly record: RawText | null
  /** What is stored of its result. */
  readonly result: RawText | null
  /** As it was sent, while it waits near the head of its queue or was seen there. */
  readonly message: RawText | null
  /** Why something is left out: this person sees no arguments; a function of the configuration changes what is shown. */
  readonly hidden: 'arguments' | 'format-task' | null
  readonly hasResults: boolean
  readonly asOfMs: number
}

export type RawText = { readonly text: string; readonly whole: boolean }

/**
 * `GET /umbel/tasks?q=&range=&from=&to=&sort=&limit=`: a search of the task list, once. The same as a file for other programs:
 * `/umbel/tasks/export.csv` and `/umbel/tasks/export.json`.
 */
export type FoundTasks = {
  readonly rows: readonly TaskRowView[]
  /** All that match, of which `rows` are the first. */
  readonly matched: number
  readonly problems: readonly string[]
}

/** Most rows of one such answer. */
export const FOUND_TASKS_MOST = 10_000
/** Most tasks of one action. */
export const ACTION_TASKS_MOST = 1_000

/** `GET /umbel/queues/<name>/messages?offset=0&limit=50`; with `q=` those of the first of the line that contain it. */
export type QueueMessages = {
  readonly queue: string
  readonly total: number
  readonly asOfMs: number
  /** With a filter: how many were looked at, from the head of the line on, and how many of them contain it. */
  readonly filtered: { readonly scanned: number; readonly found: number } | null
  readonly messages: readonly QueueMessage[]
}

export type QueueMessage = {
  readonly position: number
  /** SHA-1 of its bytes: names it for `queue.delete-message`. Only of messages that wait. */
  readonly key?: string
  readonly id: string | null
  readonly task: string | null
  /** Python text. */
  readonly args: string | null
  readonly kwargs: string | null
  readonly sizeBytes: number
  readonly priority: number | null
  readonly etaMs: number | null
  readonly retries: number | null
  readonly origin: string | null
  /** When it was sent, as an event told; null when none did. */
  readonly sentMs: number | null
  /** Set when the message could not be read: why. */
  readonly error: string | null
  /** The message as it is, clipped to 64 kB. */
  readonly raw: string
}

/** `GET /umbel/queues/<name>/unacked?limit=50`: what was taken from it and not acknowledged, the longest taken first. */
export type UnackedMessages = {
  readonly queue: string
  readonly asOfMs: number
  /** False when there are more, or may be. */
  readonly isWhole: boolean
  readonly messages: readonly UnackedMessage[]
}

export type UnackedMessage = {
  readonly message: QueueMessage
  /** When it was taken, or its time was renewed; null when the broker does not tell. */
  readonly takenMs: number | null
  /** Who has it, by the events of its task; null when none told. */
  readonly worker: string | null
}

/** `GET /umbel/queues/<name>/set-aside?offset=0&limit=50`: what consumers could not read and kept. */
export type SetAsideMessages = {
  readonly queue: string
  readonly total: number
  readonly asOfMs: number
  /** The last to be set aside first. */
  readonly messages: readonly SetAsideMessage[]
}

export type SetAsideMessage = {
  /** Names it in `queue.put-back` and `queue.discard`. */
  readonly id: string
  /** Why, as a sentence for people. */
  readonly reason: string
  /** Null when the program that set it aside did not say. */
  readonly setAsideMs: number | null
  /** What can be told of it; its `sizeBytes` is of the whole, its `raw` at most 64 kB. */
  readonly message: QueueMessage
}

/** `GET /umbel/me` */
export type Me = {
  readonly user: string | null
  readonly role: 'viewer' | 'operator' | 'admin'
  readonly readOnly: boolean
  /** Actions of admins that they may do all the same. */
  readonly grants: readonly string[]
  /** How they came in; `none`: no log-in is set up. */
  readonly via: LoginKind
  /** True where `/logout` ends their session. */
  readonly canLogOut: boolean
}

export type LoginKind = 'none' | 'basic' | 'session' | 'token'

/** What an API token may do: look, act as an operator, everything. */
export type TokenScope = 'read' | 'operate' | 'admin'

export type ApiTokenView = {
  readonly id: string
  readonly name: string
  readonly scope: TokenScope
  /** Its first characters; empty for one of the configuration. */
  readonly prefix: string
  readonly source: 'page' | 'configuration'
  readonly createdMs: number | null
  readonly createdBy: string | null
  readonly expiresMs: number | null
  readonly expired: boolean
  readonly lastUsedMs: number | null
  readonly lastUsedFrom: string | null
}

/** `GET /umbel/access`, for admins: who may log in, how, and as what. */
export type AccessView = {
  /** Names of basic authentication. */
  readonly users: readonly string[]
  /** The name of the provider, or null. */
  readonly provider: string | null
  /** `--auth`, or null. */
  readonly pattern: string | null
  readonly roles: readonly { readonly who: string; readonly role: 'viewer' | 'operator' | 'admin' }[]
  readonly tokens: readonly ApiTokenView[]
}

/** `POST /umbel/tokens` with `NewTokenInput`, for admins. The token is in this answer only. */
export type NewTokenAnswer = { readonly token: string; readonly view: ApiTokenView }
export type NewTokenInput = { readonly name: string; readonly scope: TokenScope; readonly days: number | null }
/** `POST /umbel/tokens/<id>/revoke` gives back `ApiTokenView`. */

/** `GET /umbel/audit?who=&what=&q=&outcome=&before=`, for admins: newest first; `before` is the `next` of the last page. */
export type AuditPage = {
  readonly lines: readonly AuditLineView[]
  /** Null: that was all. */
  readonly next: string | null
}

export type AuditLineView = {
  /** ISO 8601, UTC. */
  readonly at: string
  readonly who: string | null
  readonly role: string
  /** The address of the machine that asked; null where there is none. */
  readonly from: string | null
  /** How they had come in: `basic`, `session`, `token:<name>`, `none`. */
  readonly via: string
  readonly action: string
  /** The ids or names it was about, at most 20, and how many there were. */
  readonly targets: readonly string[]
  readonly count: number
  readonly outcome: 'done' | 'refused' | 'failed'
  readonly reason: string | null
}
