/**
 * What can go wrong, as a code with facts. A sentence for people is made from the facts in one place; the HTTP status
 * and the exit code are tables at the edges (`lib/server/api/status.ts`, `bin`). Loads in the browser.
 *
 * Secrets are never facts: a URL is stored with its password masked.
 */
export interface Problems {
  'option/unknown': { readonly option: string; readonly nearest: string | null }
  'option/invalid': { readonly option: string; readonly value: string; readonly expected: string }
  'settings/invalid': { readonly faults: readonly string[] }
  'settings/mixed': { readonly renames: readonly string[] }
  'config/invalid': { readonly file: string; readonly line: number; readonly path: string; readonly expected: string }
  'config/unreadable': { readonly file: string; readonly reason: string }
  'config/unwritable': { readonly file: string; readonly reason: string }
  'server/port-taken': { readonly address: string; readonly port: number }
  'server/cannot-listen': { readonly address: string; readonly port: number; readonly reason: string }
  'broker/bad-url': { readonly url: string; readonly part: string; readonly expected: string }
  'broker/unreachable': { readonly url: string; readonly reason: string }
  'broker/refused': { readonly url: string; readonly reason: string }
  'broker/unsupported': { readonly url: string; readonly what: string }
  'broker/wrong-type': { readonly key: string; readonly found: string; readonly wanted: string }
  'broker/closed': { readonly url: string }
  'message/invalid': { readonly reason: string; readonly expected: string }
  'message/too-large': { readonly bytes: number; readonly limit: number }
  'message/content-disallowed': { readonly contentType: string }
  'message/compression-unsupported': { readonly compression: string }
  'message/untrusted': { readonly reason: string }
  'result/missing': { readonly id: string; readonly why: string }
  'result/bad-url': { readonly url: string; readonly part: string; readonly expected: string }
  'result/unsupported': { readonly url: string; readonly what: string }
  'task/not-registered': { readonly name: string }
  'task/unknown': { readonly id: string }
  'task/arguments-unknown': { readonly id: string; readonly why: string }
  'task/signed': { readonly id: string }
  'worker/unknown': { readonly name: string }
  'worker/none-online': { readonly task: string }
  'queue/unknown': { readonly name: string }
  'queue/not-declared': { readonly name: string }
  'queue/paused': { readonly name: string; readonly who: string; readonly seconds: number }
  'queue/not-paused': { readonly name: string }
  'queue/unserved': { readonly name: string }
  'exchange/unbound': { readonly exchange: string; readonly routingKey: string }
  'topic/unknown': { readonly topic: string }
  'alert/unknown-rule': { readonly name: string }
  'alert/unknown-channel': { readonly name: string }
  'alert/not-delivered': { readonly channel: string; readonly reason: string }
  'action/unknown': { readonly action: string }
  'action/forbidden': { readonly action: string; readonly role: string }
  'action/invalid': { readonly action: string; readonly field: string; readonly expected: string }
  /** `reason` in Celery's words where it has some; `expected` names the range. */
  'schedule/invalid': {
    readonly field: string
    readonly value: string
    readonly reason: string
    readonly expected: string
  }
  'schedule/unknown': { readonly name: string; readonly nearest: string | null }
  'schedule/exists': { readonly name: string }
  'schedule/unavailable': { readonly place: string; readonly reason: string }
  'schedule/bad-url': { readonly url: string; readonly part: string; readonly expected: string }
  'app/cannot-load': { readonly file: string; readonly reason: string }
  'request/invalid-argument': { readonly value: string; readonly type: string }
  'request/invalid-unicode': { readonly name: string; readonly value: string }
  'request/missing-argument': { readonly name: string }
  'request/invalid-sort': { readonly sort: string; readonly allowed: readonly string[] }
  'request/invalid-date': { readonly expected: string }
  'request/search-too-long': { readonly seconds: number }
  'request/bad-body': { readonly reason: string }
  'request/wrong-type': { readonly contentType: string; readonly expected: string }
  'request/too-large': { readonly what: string; readonly limit: number }
  'request/too-many': { readonly retryAfterSeconds: number }
  'request/bad-path': { readonly reason: string }
  'request/not-found': { readonly path: string }
  'request/method': { readonly method: string; readonly allowed: readonly string[] }
  'request/cross-site': { readonly kind: 'site' | 'origin' }
  'request/read-only': Record<never, never>
  'request/no-results': Record<never, never>
  /** In a sentence of Flower's. */
  'request/refused': { readonly sentence: string }
  'request/api-closed': { readonly variable: string }
  /** `login`: at a provider, to which a browser is sent. */
  'request/unauthenticated': { readonly scheme: 'basic' | 'login' | 'token' }
  'request/no-xsrf-token': { readonly reason: string }
  'login/failed': { readonly reason: string }
  'login/denied': { readonly email: string | null }
  'token/exists': { readonly name: string }
  'token/unknown': { readonly id: string }
  'token/too-many': { readonly most: number }
  'token/not-kept': { readonly reason: string }
  'command/usage': { readonly reason: string }
  'command/failed': { readonly reason: string }
  'command/unavailable': { readonly reason: string }
  'pidfile/taken': { readonly path: string; readonly pid: number }
  internal: { readonly reason: string }
}

export type ProblemCode = keyof Problems

const SENTENCES: { readonly [C in ProblemCode]: (facts: Problems[C]) => string } = {
  'option/unknown': ({ option, nearest }) =>
    `unknown option ${option}${nearest === null ? '' : `; did you mean ${nearest}?`}`,
  'option/invalid': ({ option, value, expected }) => `${option}: expected ${expected}, got ${JSON.stringify(value)}`,
  'settings/invalid': ({ faults }) => `${faults.length} settings cannot be right:\n  ${faults.join('\n  ')}`,
  'settings/mixed': ({ renames }) =>
    `Cannot mix new and old setting keys, please rename to the new format: ${renames.join(', ')}`,
  'config/invalid': ({ file, line, path, expected }) => `${file}:${line}: ${path}: ${expected}`,
  'config/unreadable': ({ file, reason }) => `cannot read ${file}: ${reason}`,
  'config/unwritable': ({ file, reason }) => `cannot write ${file}: ${reason}`,
  'server/port-taken': ({ address, port }) =>
    `port ${port} on ${address} is already in use; choose another one with --port=N`,
  'server/cannot-listen': ({ address, port, reason }) =>
    `cannot listen on ${port === 0 ? address : `${address}:${port}`}: ${reason}`,
  'broker/bad-url': ({ url, part, expected }) => `broker URL ${JSON.stringify(url)}: ${part}: expected ${expected}`,
  'broker/unreachable': ({ url, reason }) => `The broker at ${url} does not answer: ${reason}.`,
  'broker/refused': ({ url, reason }) => `The broker at ${url} refused: ${reason}.`,
  'broker/unsupported': ({ url, what }) =>
    `Umbel does not speak AMQP yet: it shows the queues of ${url} and cannot ${what}. A later version will.`,
  'broker/wrong-type': ({ key, found, wanted }) =>
    `Key ${JSON.stringify(key)} holds a ${found}, a ${wanted} was expected. Another program may use the same name.`,
  'broker/closed': ({ url }) => `The connection to the broker at ${url} was closed by this program.`,
  'message/invalid': ({ reason, expected }) => `The message is invalid: ${reason}; expected ${expected}.`,
  'message/too-large': ({ bytes, limit }) => `The message has ${bytes} bytes; the limit is ${limit}.`,
  'message/content-disallowed': ({ contentType }) => `Content of type ${contentType} is not accepted here.`,
  'message/compression-unsupported': ({ compression }) => `Compression ${compression} is not available here.`,
  'result/bad-url': ({ url, part, expected }) => `result backend ${JSON.stringify(url)}: ${part}: expected ${expected}`,
  'result/unsupported': ({ url, what }) => `The result backend ${url} does not support ${what}.`,
  'result/missing': ({ id, why }) => `The result of ${id} is not there: ${why}.`,
  'message/untrusted': ({ reason }) => `The message is not signed by anybody who is trusted here: ${reason}.`,
  'task/not-registered': ({ name }) => `No task named ${name} is registered in this worker.`,
  'task/unknown': ({ id }) => `Unknown task '${id}'`,
  'task/arguments-unknown': ({ id, why }) => `The whole arguments of task ${id} are not known: ${why}`,
  'task/signed': ({ id }) =>
    `Task ${id} was signed, and a worker that asks for signatures takes it in no other form. Start the dashboard with --app=FILE, an app that calls setupSecurity: it then signs with its keys.`,
  'worker/none-online': ({ task }) => `No worker that is online knows ${task}.`,
  'worker/unknown': ({ name }) => `Unknown worker '${name}'`,
  'queue/unknown': ({ name }) => `Unknown queue '${name}'`,
  'queue/not-declared': ({ name }) => `Queue '${name}' missing from task_queues`,
  'queue/paused': ({ name, who, seconds }) =>
    `Somebody paused queue '${name}' ${seconds} s ago (${who}). Nothing was changed.`,
  'queue/not-paused': ({ name }) => `Queue '${name}' is not paused. Nothing was changed.`,
  'queue/unserved': ({ name }) => `No worker takes from queue '${name}': there is nothing to pause.`,
  'exchange/unbound': ({ exchange, routingKey }) =>
    `No queue is bound to exchange '${exchange}' with routing key '${routingKey}': the message would be lost.`,
  'topic/unknown': ({ topic }) => `There is no live topic ${JSON.stringify(topic)}.`,
  'alert/unknown-rule': ({ name }) => `There is no alert rule named ${JSON.stringify(name)}.`,
  'alert/unknown-channel': ({ name }) => `There is no alert channel named ${JSON.stringify(name)}.`,
  'alert/not-delivered': ({ channel, reason }) => `The notification did not reach channel ${channel}: ${reason}.`,
  'action/unknown': ({ action }) => `There is no action ${JSON.stringify(action)}.`,
  'action/forbidden': ({ action, role }) => `Role ${role} may not ${action}.`,
  'action/invalid': ({ action, field, expected }) => `${action}: ${field}: ${expected}`,
  'schedule/invalid': ({ field, value, reason, expected }) =>
    `${reason} (${field}: got ${value}, expected ${expected})`,
  'schedule/unknown': ({ name, nearest }) =>
    `There is no schedule entry ${JSON.stringify(name)}${nearest === null ? '' : `; did you mean ${JSON.stringify(nearest)}?`}`,
  'schedule/exists': ({ name }) => `There is a schedule entry ${JSON.stringify(name)} already.`,
  'schedule/bad-url': ({ url, part, expected }) => `schedule URL ${JSON.stringify(url)}: ${part}: expected ${expected}`,
  'schedule/unavailable': ({ place, reason }) => `The schedule at ${place} cannot be used: ${reason}.`,
  'app/cannot-load': ({ file, reason }) => `cannot load app ${JSON.stringify(file)}: ${reason}`,
  'request/invalid-argument': ({ value, type }) => `Invalid argument '${value}' of type '${type}'`,
  'request/invalid-unicode': ({ name, value }) => `Invalid unicode in ${name}: ${value}`,
  'request/missing-argument': ({ name }) => `Missing argument ${name}`,
  'request/invalid-sort': ({ sort, allowed }) => `Invalid sort_by '${sort}', expected one of ${allowed.join(', ')}`,
  'request/invalid-date': ({ expected }) => `Invalid received_start or received_end, expected format '${expected}'`,
  'request/search-too-long': ({ seconds }) =>
    `The search was stopped after ${seconds} seconds of work; use fewer or shorter words.`,
  'request/bad-body': ({ reason }) => `The body of the request cannot be read: ${reason}`,
  'request/wrong-type': ({ contentType, expected }) =>
    `Content-Type ${JSON.stringify(contentType)} is not accepted here, expected ${expected}`,
  'request/too-large': ({ what, limit }) => `The ${what} of the request is too large; the limit is ${limit}`,
  'request/too-many': ({ retryAfterSeconds }) => `Too many requests; try again in ${retryAfterSeconds} s`,
  'request/bad-path': ({ reason }) => `Bad address: ${reason}`,
  'request/not-found': ({ path }) => `There is nothing at ${path}`,
  'request/method': ({ method, allowed }) => `Method ${method} is not allowed here, only ${allowed.join(', ')}`,
  'request/cross-site': ({ kind }) => `Cross-${kind} request forbidden`,
  'request/read-only': () => 'Read only mode is enabled',
  'request/no-results': () => 'No result backend is configured',
  'request/refused': ({ sentence }) => sentence,
  'request/api-closed': ({ variable }) =>
    `${variable} environment variable is required to enable API without authentication`,
  'request/unauthenticated': () => 'Access denied',
  'request/no-xsrf-token': ({ reason }) => reason,
  'login/failed': ({ reason }) => `${reason}. Please try logging in again.`,
  'login/denied': ({ email }) =>
    `Access denied${email === null ? '' : ` to '${email}'`}. Please use another account or ask your admin to add your email to --auth.`,
  'token/exists': ({ name }) => `There is a token named ${JSON.stringify(name)} already.`,
  'token/unknown': () => 'There is no such token, or it comes from the configuration.',
  'token/too-many': ({ most }) => `There are ${most} tokens already; revoke one first.`,
  'token/not-kept': ({ reason }) => `The list of tokens cannot be written: ${reason}`,
  'command/usage': ({ reason }) => reason,
  'command/failed': ({ reason }) => reason,
  'command/unavailable': ({ reason }) => reason,
  'pidfile/taken': ({ path, pid }) =>
    `ERROR: Pidfile (${path}) already exists.\nSeems we're already running? (pid: ${pid})`,
  internal: ({ reason }) => `Something went wrong inside Umbel: ${reason}`,
}

export class UmbelError<C extends ProblemCode = ProblemCode> extends Error {
  override readonly name = 'UmbelError'
  readonly code: C
  readonly facts: Problems[C]

  constructor(code: C, facts: Problems[C], cause?: unknown) {
    super(SENTENCES[code](facts), { cause })
    this.code = code
    this.facts = facts
  }
}

/** True for our own errors with this code. By code, not `instanceof`: two bundles may each hold the class. */
export function isProblem<C extends ProblemCode>(error: unknown, code: C): error is UmbelError<C> {
  return error instanceof Error && (error as Partial<UmbelError>).code === code && 'facts' in error
}

/** True for any error of ours, told apart from a bug by its code and facts. */
export function isUmbelError(error: unknown): error is UmbelError {
  return error instanceof Error && error.name === 'UmbelError' && 'facts' in error
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
