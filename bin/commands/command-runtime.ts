import { messageOf } from '../../lib/errors.ts'
import { createLog, type Log, type LogLevel } from '../../lib/runtime/log.ts'
import { createRuntime, type Runtime } from '../../lib/runtime/runtime.ts'

export interface Verbosity {
  readonly debug: boolean
  readonly loglevel: LogLevel
}

/** Logs to stderr. */
export function createCommandRuntime({ debug, loglevel }: Verbosity): Runtime {
  const log = createLog(debug ? 'debug' : loglevel, (line) => process.stderr.write(line), Date.now)
  return createLoggingRuntime(log, debug)
}

/** The same with a log of one's own. */
export function createLoggingRuntime(log: Log, debug: boolean): Runtime {
  watchRejections(log, debug)
  return createRuntime({ log })
}

/** A mistake of ours that nobody caught becomes a line in the log, not the end of the program. */
export function watchRejections(log: Log, debug: boolean): void {
  process.on('unhandledRejection', (error) => {
    log.error('Something failed and nobody noticed', { reason: messageOf(error) })
    if (debug && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`)
  })
}
