/** The app: a name, settings, tasks, and sending. What users write `new Celery('proj', {...})` for. */
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { messageOf, UmbelError } from '../errors.ts'
import type { Codecs } from '../protocol/codecs.ts'
import { setField } from '../protocol/record.ts'
import { systemClock } from '../runtime/clock.ts'
import { nodeCodecs } from '../runtime/codecs.ts'
import { AsyncResult, type AsyncResultOptions } from './async-result.ts'
import type { ScheduleSpec } from './beat-schedule.ts'
import { checkCallOptions } from './call-option-kinds.ts'
import type { CallOptions } from './call-options.ts'
import { type Callable, type SignatureParts, signature } from './canvas/canvas.ts'
import { setCurrentApp } from './canvas/canvas-app.ts'
import type { CanvasResult } from './canvas/canvas-result.ts'
import type { EagerExtra } from './canvas/eager-canvas.ts'
import type { SignatureNode } from './canvas/node.ts'
import type { Signature } from './canvas/signature.ts'
import { taskCanvas } from './canvas/task-canvas.ts'
import { type ConfState, createConf, type WritableConf } from './conf.ts'
import { readConfigFile } from './config-file.ts'
import { connect, type Links } from './connection.ts'
import { Control } from './control/control.ts'
import { type CurrentTask, currentTask } from './current-task.ts'
import { createLamportClock } from './lamport-clock.ts'
import { mustFit } from './must-fit.ts'
import { type PeriodicCall, type PeriodicOptions, periodicEntry } from './periodic-task.ts'
import { createQueueTable, type QueueTable } from './queue-table.ts'
import type { Source } from './result-home.ts'
import { type ResultNode, resultFromTuple } from './result-nodes.ts'
import { createRouter, type Router } from './routing.ts'
import { type Sender, sendTask } from './send.ts'
import type { SendPlan } from './send-plan.ts'
import { type Compiled, compile } from './settings/compile.ts'
import type { Conf, GivenSettings } from './settings/settings.ts'
import { namedAsCelery } from './settings/source.ts'
import { type SecurityOptions, securityCodecs } from './setup-security.ts'
import { createSignals, type Signals } from './signals.ts'
import type { RegisteredTask, Task, TaskContext, TaskOf, TaskOptions } from './task.ts'
import { createTaskRegistry } from './task-registry.ts'

export type AppSettings = GivenSettings & {
  /** Short for broker_url. */
  readonly broker?: string | readonly string[]
  /** Short for result_backend. */
  readonly backend?: string
}

export interface ConfigOptions {
  /** `CELERY`: keys begin with `CELERY_`, and others are not ours. */
  readonly namespace?: string
}

type Args = readonly unknown[]
type Kwargs = Readonly<Record<string, unknown>>

export class Celery {
  readonly name: string
  /** The queue in which its results come as messages (rpc://). */
  readonly oid = randomUUID()
  readonly clock = createLamportClock()
  /** Hook points: `app.signals.taskFailure.connect(...)`. */
  readonly signals: Signals = createSignals((signal, error) => this.#tell(signal, error))
  /** Orders to workers, and questions: `await app.control.inspect().active()`. */
  readonly control = new Control(this)
  readonly #registry = createTaskRegistry()
  readonly #settings: ConfState
  readonly #plans = new Map<string, SendPlan>()
  #compiled: Compiled | null = null
  #codecs: Codecs = nodeCodecs
  #router: Router | null = null
  #queues: QueueTable | null = null
  #links: Promise<Links> | null = null
  /** What waits for results over our own connections. */
  readonly #waiting = new Set<() => void>()
  /** Over the connections that are used now. */
  #sender: Sender | null = null
  #lent: Links | null = null
  /** The beat_schedule that `addPeriodicTask` made. */
  #periodic: Record<string, unknown> | null = null

  /** Throws option/unknown or option/invalid for a setting that cannot be right. */
  constructor(name: string, { broker, backend, ...settings }: AppSettings = {}) {
    this.name = name
    setCurrentApp(this)
    this.#settings = createConf({
      // The two short names say nothing about which names the others are under.
      values: { broker_url: broker, result_backend: backend, ...namedAsCelery(settings) },
      environment: process.env,
      onChange: (conf) => this.#forget(conf),
    })
  }

  /** Settings under Celery's names; may be written, and is checked then. */
  get conf(): WritableConf {
    return this.#settings.conf
  }

  /** Names of the settings that were given. */
  get given(): ReadonlySet<string> {
    return this.#settings.given
  }

  configure(settings: GivenSettings): void {
    this.#settings.update('code', settings)
  }

  /** The same for a command line, which wins over the environment too. */
  override(settings: GivenSettings): void {
    this.#settings.update('command', settings)
  }

  /**
   * Settings from an object, such as the namespace of a module; what the constructor was given wins over them. With
   * `namespace: 'CELERY'` only its keys with that prefix count, in upper case. Old names (`CELERYD_CONCURRENCY`) too.
   */
  configFromObject(source: Readonly<Record<string, unknown>>, { namespace }: ConfigOptions = {}): void {
    this.#settings.update('source', source, namespace ?? null)
  }

  /** The same from a file: JSON, YAML, JavaScript or TypeScript. Throws config/unreadable and the errors of settings. */
  configFromFile(path: string, options: ConfigOptions = {}): void {
    this.configFromObject(readConfigFile(path), options)
  }

  /** The same from the file that an environment variable names. Returns false when it names none and `silent` is set. */
  configFromEnvvar(
    variable = 'CELERY_CONFIG_MODULE',
    options: ConfigOptions & { readonly silent?: boolean } = {},
  ): boolean {
    const path = process.env[variable]
    if (path) this.configFromFile(path, options)
    else if (options.silent !== true) {
      throw new UmbelError('option/invalid', {
        option: variable,
        value: 'nothing',
        expected: 'the path of a configuration file',
      })
    }
    return Boolean(path)
  }

  /** The same settings with units, for programs. */
  get compiled(): Compiled {
    this.#compiled ??= compile(this.conf, this.#codecs)
    return this.#compiled
  }

  /**
   * From now on messages are signed, and only signed ones are taken: `task_serializer: 'auth'`, `accept_content: ['auth']`.
   * Throws option/invalid for other settings, and for keys and certificates that cannot be used.
   */
  setupSecurity(options: SecurityOptions = {}): void {
    this.#codecs = securityCodecs(this.conf, options, systemClock.nowMs)
    this.#compiled = null
  }

  get router(): Router {
    this.#router ??= createRouter(this.conf.task_routes)
    return this.#router
  }

  /** The queues of the settings, and those that are made when they are named. */
  get queues(): QueueTable {
    this.#queues ??= createQueueTable(this.conf)
    return this.#queues
  }

  /** The task that runs where this is asked, also in what it calls and awaits; null outside of tasks. */
  get currentTask(): Pick<CurrentTask, 'id' | 'rootId' | 'priority'> | null {
    return currentTask()
  }

  get tasks(): ReadonlyMap<string, RegisteredTask> {
    return this.#registry.tasks
  }

  /** Registers a function under a name that Python sees. Registering a name twice replaces the first. */
  task<A extends Args, R>(
    name: string,
    options: TaskOptions & { readonly bind: true },
    handler: (self: TaskContext, ...args: A) => R,
  ): Task<A, R>
  // The type of the function is taken as it is, so that `(x: number, y = 1) => ...` keeps its own parameter types.
  task<F>(name: string, options: TaskOptions, handler: F): TaskOf<F>
  task<F extends (...args: never[]) => unknown>(name: string, handler: F): TaskOf<F>
  task(name: string, given: unknown, last?: unknown): unknown {
    if (typeof name !== 'string' || name === '') {
      throw new UmbelError('option/invalid', {
        option: 'app.task()',
        value: String(name),
        expected: 'a name for the task',
      })
    }
    const [options, handler] = typeof given === 'function' ? [{}, given] : [Object(given) as TaskOptions, last]
    if (typeof handler !== 'function') {
      const option = `app.task(${JSON.stringify(name)})`
      throw new UmbelError('option/invalid', {
        option,
        value: typeof handler,
        expected: 'a function as third argument',
      })
    }
    // Arguments come from messages; whether they fit is what `parameters` is asked before each call.
    const registered = this.#registry.add(name, options, handler as (...args: unknown[]) => unknown)
    this.#plans.delete(name)
    return this.#callable(registered)
  }

  /** Sends a task by name; it need not be known here. Throws option/unknown and option/invalid for its options. */
  async sendTask(name: string, args: Args = [], kwargs: Kwargs = {}, options: CallOptions = {}): Promise<AsyncResult> {
    checkCallOptions(name, options)
    const sender = currentTask()?.sender ?? this.#sender ?? (await this.#ownSender())
    const id = await sendTask(sender, { name, args, kwargs, options })
    return this.result(id, { ignored: options.ignoreResult ?? this.#ignoresResult(name) })
  }

  /** Of a task that is known here: nobody can wait for a result that is not stored. */
  #ignoresResult(name: string): boolean {
    const task = this.tasks.get(name)
    return task !== undefined && (task.options.ignoreResult ?? this.compiled.ignoreResult)
  }

  /** Runs a call or a canvas in this process: what `apply` of a signature asks of its app. */
  async applyEagerly(node: SignatureNode, extra: EagerExtra): Promise<CanvasResult | null> {
    const { applyEagerly } = await import('./canvas/eager-canvas.ts')
    return applyEagerly(this, node, extra)
  }

  /** A call of a task by its name, or of data from a message, to be made later by this app. */
  signature(given: string | Callable, parts: Omit<SignatureParts, 'app'> = {}): Signature {
    return signature(given, { ...parts, app: this })
  }

  /**
   * One more entry of beat_schedule; its name is given back: `app.addPeriodicTask(30, add.s(2, 3), { name: 'often' })`.
   * A second call of the same looks without a name takes the place of the first, with a warning, as in Celery.
   */
  addPeriodicTask(schedule: ScheduleSpec, call: PeriodicCall, options: PeriodicOptions = {}): string {
    const [name, entry] = periodicEntry(schedule, call, options)
    const { beat_schedule: entries } = this.conf
    if (options.name === undefined && Object.hasOwn(entries, name)) {
      process.emitWarning(`Periodic task key='${name}' shadowed a previous unnamed periodic task. Pass a name.`)
    }
    // An object of our own may be added to: thousands of entries are no thousand copies of all.
    if (this.#periodic === entries) setField(this.#periodic, name, entry)
    else {
      this.configure({ beat_schedule: { ...entries, [name]: entry } })
      this.#periodic = this.conf.beat_schedule
    }
    return name
  }

  result<R = unknown>(id: string, options: AsyncResultOptions = {}): AsyncResult<R> {
    return new AsyncResult<R>(id, this, options)
  }

  /** Uses connections that exist already instead of making its own. They are not closed by `close`. */
  attach(links: Links): void {
    this.#lent = links
    this.#sender = null
  }

  /** As `attach`, unless connections are lent already; until the function returned is called. */
  borrow(links: Links): () => void {
    if (this.#lent !== null) return () => {}
    this.attach(links)
    return () => {
      if (this.#lent !== links) return
      this.#lent = null
      this.#sender = null
    }
  }

  async links(): Promise<Links> {
    if (this.#lent !== null) return this.#lent
    this.#links ??= connect(this.conf, this.compiled.codecs, this.oid)
    this.#links.catch(() => {
      this.#links = null // so that the next call may try again
    })
    return this.#links
  }

  /** Closes the connections that this app made; what waits for a result over them is told so. */
  async close(): Promise<void> {
    for (const stopWaiting of [...this.#waiting]) stopWaiting()
    const links = await this.#links?.catch(() => null)
    this.#links = null
    this.#sender = null
    await links?.results?.close()
    await links?.broker.close()
  }

  /** A sender over given connections; `origin` is the worker's name where there is one. */
  senderOf(
    { broker, runtime, results = null }: Pick<Links, 'broker' | 'runtime'> & Partial<Links>,
    origin = `gen${process.pid}@${hostname()}`,
  ): Sender {
    return {
      replyTo: results?.replyTo ?? this.oid,
      broker,
      runtime,
      origin,
      clock: this.clock,
      signals: this.signals,
      settings: () => this.compiled,
      router: () => this.router,
      queues: () => this.queues,
      task: (name) => this.#registry.tasks.get(name) ?? null,
      plans: () => this.#plans,
    }
  }

  /** What was worked out from settings that have changed. */
  #forget(conf: Conf): void {
    this.#compiled = null
    this.#router = null
    this.#queues = null
    this.#plans.clear()
    this.#registry.annotate(conf.task_annotations)
  }

  async #ownSender(): Promise<Sender> {
    const sender = this.senderOf(await this.links())
    this.#sender = sender
    return sender
  }

  /** A listener's error goes to the log of whoever runs the app; a plain client has none, and hears of it from Node. */
  #tell(signal: string, error: unknown): void {
    const text = `a listener of ${signal} raised: ${messageOf(error)}`
    if (this.#lent === null) process.emitWarning(text)
    else this.#lent.runtime.log.error(text)
  }

  /** A result of Celery's tuple, `[[id, parent], members]`; null for what is none. */
  resultFromTuple(tuple: unknown): ResultNode | null {
    return resultFromTuple(tuple, this)
  }

  /** Where results are read. Throws option/invalid without a result backend. */
  async resultSource(): Promise<Source> {
    const { results, runtime } = await this.links()
    if (results !== null) return { store: results, clock: runtime.clock, onClose: this.#waiting }
    throw new UmbelError('option/invalid', {
      option: 'result_backend',
      value: 'nothing',
      expected: "the URL of a result backend, e.g. { backend: 'redis://localhost:6379/0' }, to read results",
    })
  }

  #callable(registered: RegisteredTask): unknown {
    const { name, parameters, handler } = registered
    const applyAsync = async (args: Args = [], kwargs: Kwargs = {}, options: CallOptions = {}) => {
      mustFit(this.tasks.get(name) ?? registered, args, kwargs)
      if (this.conf.task_always_eager) {
        checkCallOptions(name, options)
        const { delayEagerly } = await import('./canvas/delay-eagerly.ts')
        return delayEagerly(this, name, args, kwargs, options)
      }
      return this.sendTask(name, args, kwargs, options)
    }
    const call = (...args: unknown[]) => {
      if (registered.options.bind !== true) return handler(...args)
      throw new TypeError(`${name} is bound to its task: call it with apply(), delay() or applyAsync()`)
    }
    const parts = {
      options: registered.options,
      parameters,
      handler,
      applyAsync,
      delay: (...args: unknown[]) => applyAsync(args),
      ...taskCanvas(this, name),
    }
    Object.defineProperty(call, 'name', { value: name })
    return Object.assign(call, parts)
  }
}

/** An app, also one of another copy of this file: told by what it can do, not by its class. */
export function isCelery(value: unknown): value is Celery {
  if (typeof value !== 'object' || value === null) return false
  const parts = ['name', 'conf', 'tasks', 'task', 'sendTask', 'senderOf', 'attach', 'borrow']
  return parts.every((part) => part in value)
}
