/** What worker and beat have in common as programs: background, user, pidfile, log. */
import type { LogLevel } from '../../../lib/runtime/log.ts'
import { createRuntime, type Runtime } from '../../../lib/runtime/runtime.ts'
import { outliveOutput } from '../closed-output.ts'
import { watchRejections } from '../command-runtime.ts'
import { createCeleryLog, openLog } from './celery-log.ts'
import { type DaemonOptions, detach, dropPrivileges } from './daemon.ts'
import { freeIfStale, takePidFile } from './pid-file.ts'

export interface ProcessOptions extends DaemonOptions {
  readonly detach: boolean
  readonly debug: boolean
  readonly loglevel: LogLevel
}

export interface DaemonProcess {
  readonly runtime: Runtime
  /** Throws `pidfile/taken` while another process holds it. */
  takePidFile(): void
  close(): void
}

/** Null when the program was started again in the background. `format` fills in the names of files. */
export async function openProcess(
  command: string,
  argv: readonly string[],
  options: ProcessOptions,
  format: (path: string) => string,
): Promise<DaemonProcess | null> {
  const warn = (text: string) => void process.stderr.write(`${text}\n`)
  const pidfile = options.pidfile === null ? null : format(options.pidfile)
  const logfile = options.logfile === null ? null : format(options.logfile)
  if (options.detach) {
    if (pidfile !== null) freeIfStale(pidfile, warn)
    detach(command, argv, { ...options, logfile })
    return null
  }
  dropPrivileges(options)
  const lines = openLog(logfile)
  process.on('exit', lines.flush)
  const log = createCeleryLog(options.debug ? 'debug' : options.loglevel, lines, Date.now)
  outliveOutput()
  watchRejections(log, options.debug)
  let release = () => {}
  return {
    runtime: createRuntime({ log }),
    takePidFile() {
      if (pidfile !== null) release = takePidFile(pidfile, warn)
    },
    close() {
      release()
      lines.flush()
    },
  }
}
