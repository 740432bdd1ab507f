/**
 * The signals of an app under the camelCase of Celery's names, with what each tells (worker-beat.md 2.15). In Celery
 * they belong to the process, here to the app: `app.signals.taskFailure.connect(({ taskId, exception }) => ...)`.
 * Left out: `eventlet_pool_*` (Python's green threads), the deprecated `task_sent`.
 */
import { createSignal, type OnListenerError, type SentBy, type Signal } from './signal.ts'
import type { TaskRequest } from './task-request.ts'

type Args = readonly unknown[]
type Kwargs = Readonly<Record<string, unknown>>

/** Of a task that a worker runs; `sender` is its name. */
interface TaskInfo extends SentBy {
  readonly taskId: string
  readonly args: Args
  readonly kwargs: Kwargs
}

/** Of a message that is no task here; `sender` is the name of the worker. */
interface MessageInfo extends SentBy {
  /** The envelope as it came. */
  readonly message: unknown
  readonly exc: unknown
}

interface LoggerInfo extends SentBy {
  readonly loglevel: string
  readonly logfile: string | null
  readonly format: string | null
  readonly colorize: boolean
}

export interface SignalInfos {
  /** Before a task message is sent; `headers` and `properties` may be changed. `sender` is the name of the task. */
  readonly beforeTaskPublish: SentBy & {
    /** `[args, kwargs, embed]`, or the object of protocol 1. */
    readonly body: unknown
    readonly exchange: string
    readonly routingKey: string
    readonly headers: Record<string, unknown>
    readonly properties: Record<string, unknown>
    /** Queues that the message needs. */
    readonly declare: readonly string[]
    readonly retryPolicy: Readonly<Record<string, unknown>> | null
  }
  readonly afterTaskPublish: SentBy & {
    readonly body: unknown
    readonly exchange: string
    readonly routingKey: string
    readonly headers: Readonly<Record<string, unknown>>
  }
  /** A worker took a message; `sender` is the name of the worker. */
  readonly taskReceived: SentBy & { readonly request: TaskRequest }
  readonly taskPrerun: TaskInfo
  readonly taskPostrun: TaskInfo & { readonly retval: unknown; readonly state: string }
  readonly taskSuccess: SentBy & { readonly result: unknown; readonly runtimeSeconds: number; readonly taskId: string }
  readonly taskRetry: SentBy & {
    readonly request: TaskRequest
    /** The error that made it be tried again. */
    readonly reason: unknown
    readonly traceback: string | null
  }
  readonly taskFailure: TaskInfo & { readonly exception: unknown; readonly traceback: string | null }
  readonly taskInternalError: TaskInfo & {
    readonly request: TaskRequest
    readonly exception: unknown
    readonly traceback: string | null
  }
  readonly taskRevoked: SentBy & {
    readonly request: TaskRequest
    readonly terminated: boolean
    readonly signum: number | null
    readonly expired: boolean
  }
  readonly taskRejected: MessageInfo
  readonly taskUnknown: MessageInfo & { readonly name: string; readonly id: string }

  /** Before the worker is made; `sender` is its name. `conf` may be changed. */
  readonly celerydInit: SentBy & { readonly conf: Record<string, unknown>; readonly options: Kwargs }
  /** After logging was set up, before the worker is made. */
  readonly celerydAfterSetup: SentBy & { readonly conf: Readonly<Record<string, unknown>> }
  /** The modules of `imports` and `include` are to be loaded. */
  readonly importModules: SentBy
  readonly workerInit: SentBy
  /** A pool is about to start a child. */
  readonly workerBeforeCreateProcess: SentBy
  /** Inside the child, before its first task. In a pool without children: once, in the worker. */
  readonly workerProcessInit: SentBy
  /** Inside the child, before it ends. */
  readonly workerProcessShutdown: SentBy & { readonly pid: number; readonly exitcode: number }
  readonly workerReady: SentBy
  /** A stop was asked for; `how` is 'Warm', 'Soft' or 'Cold'. */
  readonly workerShuttingDown: SentBy & { readonly sig: string; readonly how: string; readonly exitcode: number }
  readonly workerShutdown: SentBy
  readonly heartbeatSent: SentBy

  /** When somebody listens, no log is set up by us. */
  readonly setupLogging: LoggerInfo
  readonly afterSetupLogger: LoggerInfo & { readonly logger: unknown }
  readonly afterSetupTaskLogger: LoggerInfo & { readonly logger: unknown }

  readonly beatInit: SentBy
  /** The same for a beat inside a worker (-B). */
  readonly beatEmbeddedInit: SentBy
  readonly userPreloadOptions: SentBy & { readonly options: Kwargs }
}

export type SignalName = keyof SignalInfos
export type Signals = { readonly [N in SignalName]: Signal<SignalInfos[N]> }

export function createSignals(onError: OnListenerError): Signals {
  const signal = <N extends SignalName>(name: N) =>
    createSignal<SignalInfos[N]>(
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      onError,
    )
  return {
    beforeTaskPublish: signal('beforeTaskPublish'),
    afterTaskPublish: signal('afterTaskPublish'),
    taskReceived: signal('taskReceived'),
    taskPrerun: signal('taskPrerun'),
    taskPostrun: signal('taskPostrun'),
    taskSuccess: signal('taskSuccess'),
    taskRetry: signal('taskRetry'),
    taskFailure: signal('taskFailure'),
    taskInternalError: signal('taskInternalError'),
    taskRevoked: signal('taskRevoked'),
    taskRejected: signal('taskRejected'),
    taskUnknown: signal('taskUnknown'),
    celerydInit: signal('celerydInit'),
    celerydAfterSetup: signal('celerydAfterSetup'),
    importModules: signal('importModules'),
    workerInit: signal('workerInit'),
    workerBeforeCreateProcess: signal('workerBeforeCreateProcess'),
    workerProcessInit: signal('workerProcessInit'),
    workerProcessShutdown: signal('workerProcessShutdown'),
    workerReady: signal('workerReady'),
    workerShuttingDown: signal('workerShuttingDown'),
    workerShutdown: signal('workerShutdown'),
    heartbeatSent: signal('heartbeatSent'),
    setupLogging: signal('setupLogging'),
    afterSetupLogger: signal('afterSetupLogger'),
    afterSetupTaskLogger: signal('afterSetupTaskLogger'),
    beatInit: signal('beatInit'),
    beatEmbeddedInit: signal('beatEmbeddedInit'),
    userPreloadOptions: signal('userPreloadOptions'),
  }
}
