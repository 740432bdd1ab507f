/** Tornado's options for its log, which Flower has as well. Where a line belongs is asked of the system here. */
import { LOG_LEVELS, type LogLevel } from '../../lib/runtime/log.ts'
import { flag, integer, oneOf, optionalText, text, value } from './option.ts'

/** Python's names of levels; `none` leaves the log as it is. */
const LEVELS: Readonly<Record<string, LogLevel | 'none'>> = {
  none: 'none',
  warn: 'warning',
  critical: 'error',
  fatal: 'error',
}

export const tornadoOptions = {
  logging: value<LogLevel | 'none' | null>({
    default: null,
    takes: 'LEVEL',
    expected: 'one of debug, info, warning, error, none',
    parse: (said) => {
      const word = said.toLowerCase()
      return LEVELS[word] ?? LOG_LEVELS.find((level) => level === word)
    },
    says: "Tornado's name of --loglevel; none logs errors only.",
  }),
  log_file_prefix: optionalText({ takes: 'PATH', says: 'Log to this file instead of stderr. SIGUSR1 opens it anew.' }),
  log_to_stderr: flag({ default: false, says: 'Log to stderr also when there is a log file.' }),
  log_rotate_mode: oneOf(['size', 'time'], {
    default: 'size',
    says: 'Accepted; only size is done. For time use logrotate and SIGUSR1.',
  }),
  log_file_max_size: integer(0, Number.MAX_SAFE_INTEGER, {
    default: 100_000_000,
    says: 'Bytes after which a new log file is begun. 0 never begins one.',
  }),
  log_file_num_backups: integer(0, 1_000, { default: 10, says: 'Old log files that are kept: .1 is the newest.' }),
  log_rotate_when: text({ default: 'midnight', takes: 'WHEN', says: 'Accepted; see --log-rotate-mode.' }),
  log_rotate_interval: integer(1, 1_000_000, { default: 1, says: 'Accepted; see --log-rotate-mode.' }),
} as const
