import { messageOf } from '../../lib/errors.ts'
import { createLog, type LogLevel } from '../../lib/runtime/log.ts'
import { createRuntime, type Runtime } from '../../lib/runtime/runtime.ts'

export interface Verbosity {
  readonly debug: boolean
  readonly loglevel: LogLevel
}

/** Logs to stderr; a mistake of ours that nobody caught becomes a line there, not the end of the program. */
export function createCommandRuntime({ debug, loglevel }: Verbosity): Runtime {
  const log = createLog(debug ? 'debug' : loglevel, (line) => process.stderr.write(line), Date.now)
  process.on('unhandledRejection', (error) => {
    log.error('Something failed and nobody noticed', { reason: messageOf(error) })
    if (debug && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`)
  })
  return createRuntime({ log })
}
