/** Where and how the dashboard logs: level, form and place of its options, Tornado's names included. */
import { createJsonLog } from '../../lib/runtime/json-log.ts'
import { createLog, type Log, type LogLevel } from '../../lib/runtime/log.ts'
import { expandPath } from '../../lib/server/tls.ts'
import type { DashboardOptions } from '../options/dashboard-options.ts'
import { type LogFile, openLogFile } from './log-file.ts'
import { logRotation } from './log-rotation.ts'

export interface DashboardLog {
  readonly log: Log
  close(): void
}

export async function openDashboardLog(options: DashboardOptions): Promise<DashboardLog> {
  const { log_file_prefix: path, log_file_max_size: maxBytes, log_file_num_backups: backups } = options
  const rotation =
    options.log_rotate_mode === 'time' ? logRotation(options.log_rotate_when, options.log_rotate_interval) : null
  const where = { maxBytes, backups, rotation, nowMs: Date.now }
  const file = path === null ? null : openLogFile({ path: expandPath(path), ...where })
  const toStderr = file === null || options.log_to_stderr
  const write = (line: string) => {
    file?.write(line)
    if (toStderr) process.stderr.write(line)
  }
  const level = logLevelOf(options)
  const make = options.log_format === 'json' ? createJsonLog : createLog
  const log = await make(level, write, Date.now)
  const stop = reopenAtSignal(file)
  return {
    log,
    close() {
      stop()
      file?.close()
    },
  }
}

/** `--debug` and `--logging` as Flower reads them: debug says more only where nothing else was asked for. */
export function logLevelOf({ debug, logging, loglevel }: DashboardOptions): LogLevel {
  if (logging === 'none') return 'error'
  if (debug && (logging === null || logging === 'info')) return 'debug'
  return logging ?? loglevel
}

/** Without a file the signal does nothing: heard by nobody it would open Node's debugger. */
function reopenAtSignal(file: LogFile | null): () => void {
  const reopen = () => file?.reopen()
  process.on('SIGUSR1', reopen)
  return () => void process.off('SIGUSR1', reopen)
}
