/** `app.control`: orders to workers, by the camelCase of Celery's names (client-cli.md B4, wire.md D5). */

import type { Celery } from '../celery.ts'
import { type Arguments, ask, type ControlOptions, type NodeReply, tell } from './broadcast.ts'
import { Inspect } from './inspect.ts'

export interface CommandOptions extends ControlOptions {
  /** Wait for the answers; without it a command gives null as soon as it is sent. */
  readonly reply?: boolean
}

export interface BroadcastOptions extends CommandOptions {
  readonly arguments?: Arguments
}

export interface RevokeOptions extends CommandOptions {
  /** Also end it where it runs. */
  readonly terminate?: boolean
  /** What its process gets: `SIGTERM`, `KILL`. */
  readonly signal?: string
}

export interface AddConsumerOptions extends CommandOptions {
  readonly exchange?: string
  readonly exchangeType?: string
  readonly routingKey?: string
  /** Further options of the queue. */
  readonly options?: Arguments
}

export type Replies = readonly NodeReply[] | null

const TERM = 'SIGTERM'

export class Control {
  readonly #app: Celery

  constructor(app: Celery) {
    this.#app = app
  }

  inspect(options: ControlOptions = {}): Inspect {
    return new Inspect(this.#app, options)
  }

  /** Any command by its name on the wire. Throws the broker's errors when it cannot be sent. */
  async broadcast(command: string, options: BroadcastOptions = {}): Promise<Replies> {
    const { arguments: args = {}, reply = false, ...rest } = options
    if (reply) return ask(this.#app, command, args, rest)
    await tell(this.#app, command, args, rest)
    return null
  }

  /** Always waits for the answers. */
  async ping(options: ControlOptions = {}): Promise<readonly NodeReply[]> {
    return ask(this.#app, 'ping', {}, options)
  }

  /** Workers skip these tasks. */
  revoke(taskId: string | readonly string[], options: RevokeOptions = {}): Promise<Replies> {
    const { terminate = false, signal = TERM, ...rest } = options
    return this.broadcast('revoke', { ...rest, arguments: { task_id: taskId, terminate, signal } })
  }

  terminate(taskId: string | readonly string[], options: Omit<RevokeOptions, 'terminate'> = {}): Promise<Replies> {
    return this.revoke(taskId, { ...options, terminate: true })
  }

  revokeByStampedHeaders(
    headers: Readonly<Record<string, string | readonly string[]>>,
    options: RevokeOptions = {},
  ): Promise<Replies> {
    const { terminate = false, signal = TERM, ...rest } = options
    return this.broadcast('revoke_by_stamped_headers', { ...rest, arguments: { headers, terminate, signal } })
  }

  /** `10/m`, `5/s`, a number of tasks a second; 0 for none. */
  rateLimit(taskName: string, rateLimit: string | number, options: CommandOptions = {}): Promise<Replies> {
    return this.broadcast('rate_limit', { ...options, arguments: { task_name: taskName, rate_limit: rateLimit } })
  }

  /** Seconds. */
  timeLimit(
    taskName: string,
    options: CommandOptions & { readonly soft?: number | null; readonly hard?: number | null } = {},
  ): Promise<Replies> {
    const { soft = null, hard = null, ...rest } = options
    return this.broadcast('time_limit', { ...rest, arguments: { task_name: taskName, hard, soft } })
  }

  addConsumer(queue: string, options: AddConsumerOptions = {}): Promise<Replies> {
    const { exchange = null, exchangeType = 'direct', routingKey = null, options: more = {}, ...rest } = options
    const args = { queue, exchange, exchange_type: exchangeType, routing_key: routingKey, ...more }
    return this.broadcast('add_consumer', { ...rest, arguments: args })
  }

  cancelConsumer(queue: string, options: CommandOptions = {}): Promise<Replies> {
    return this.broadcast('cancel_consumer', { ...options, arguments: { queue } })
  }

  enableEvents(options: CommandOptions = {}): Promise<Replies> {
    return this.broadcast('enable_events', options)
  }

  disableEvents(options: CommandOptions = {}): Promise<Replies> {
    return this.broadcast('disable_events', options)
  }

  poolGrow(n = 1, options: CommandOptions = {}): Promise<Replies> {
    return this.broadcast('pool_grow', { ...options, arguments: { n } })
  }

  poolShrink(n = 1, options: CommandOptions = {}): Promise<Replies> {
    return this.broadcast('pool_shrink', { ...options, arguments: { n } })
  }

  poolRestart(
    options: CommandOptions & { readonly modules?: readonly string[]; readonly reload?: boolean } = {},
  ): Promise<Replies> {
    const { modules = null, reload = false, ...rest } = options
    return this.broadcast('pool_restart', { ...rest, arguments: { modules, reload, reloader: null } })
  }

  autoscale(max: number, min: number, options: CommandOptions = {}): Promise<Replies> {
    return this.broadcast('autoscale', { ...options, arguments: { max, min } })
  }

  heartbeat(options: CommandOptions = {}): Promise<Replies> {
    return this.broadcast('heartbeat', options)
  }

  /** Warm. Workers leave without an answer. */
  shutdown(options: CommandOptions = {}): Promise<Replies> {
    return this.broadcast('shutdown', options)
  }

  /** Deletes what waits in the queues of the app; there is no way back. How many messages that were. */
  async purge(): Promise<number> {
    const { broker } = await this.#app.links()
    let count = 0
    for (const { name } of this.#app.queues.declared) count += await broker.queues.purge(name)
    return count
  }
}
