/** `app.control.inspect()`: questions to workers, by the camelCase of Celery's names (client-cli.md B4, wire.md D3). */
import type { Celery } from '../celery.ts'
import { type Arguments, ask, type ControlOptions, type NodeReply } from './broadcast.ts'

/** Every method gives node name → answer, or null when nobody answered in time. */
export class Inspect {
  readonly #app: Celery
  readonly #options: ControlOptions

  constructor(app: Celery, options: ControlOptions = {}) {
    this.#app = app
    this.#options = options
  }

  /** Any inspect command by its name on the wire. Throws the broker's errors when it cannot be sent. */
  async request(command: string, args: Arguments = {}): Promise<NodeReply | null> {
    const replies = await ask(this.#app, command, args, this.#options)
    return replies.length === 0 ? null : Object.assign({}, ...replies)
  }

  /** Tasks that run now. `safe`: arguments as text. */
  active(options: { readonly safe?: boolean } = {}): Promise<NodeReply | null> {
    return this.request('active', { safe: options.safe ?? null })
  }

  activeQueues(): Promise<NodeReply | null> {
    return this.request('active_queues')
  }

  clock(): Promise<NodeReply | null> {
    return this.request('clock')
  }

  /** Settings, secrets starred. */
  conf(options: { readonly withDefaults?: boolean } = {}): Promise<NodeReply | null> {
    return this.request('conf', { with_defaults: options.withDefaults ?? false })
  }

  /** What workers tell each other at their start. */
  hello(fromNode: string, revoked: readonly string[] | null = null): Promise<NodeReply | null> {
    return this.request('hello', { from_node: fromNode, revoked })
  }

  memdump(samples = 10): Promise<NodeReply | null> {
    return this.request('memdump', { samples })
  }

  memsample(): Promise<NodeReply | null> {
    return this.request('memsample')
  }

  objgraph(type = 'Request', n = 200, maxDepth = 10): Promise<NodeReply | null> {
    return this.request('objgraph', { num: n, max_depth: maxDepth, type })
  }

  ping(): Promise<NodeReply | null> {
    return this.request('ping')
  }

  /** Where these tasks are: id → [state, info] for each node that knows them. */
  queryTask(...ids: readonly (string | readonly string[])[]): Promise<NodeReply | null> {
    return this.request('query_task', { ids: ids.flat() })
  }

  /** Names of tasks, with these of their options. */
  registered(...taskInfoItems: readonly string[]): Promise<NodeReply | null> {
    return this.request('registered', { taskinfoitems: taskInfoItems })
  }

  report(): Promise<NodeReply | null> {
    return this.request('report')
  }

  /** Tasks that are taken and have not started, without those that wait for their time. */
  reserved(): Promise<NodeReply | null> {
    return this.request('reserved')
  }

  revoked(): Promise<NodeReply | null> {
    return this.request('revoked')
  }

  /** Tasks that wait for their time. */
  scheduled(): Promise<NodeReply | null> {
    return this.request('scheduled')
  }

  stats(): Promise<NodeReply | null> {
    return this.request('stats')
  }
}
