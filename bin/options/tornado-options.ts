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
    says: 'Begin a new log file by size, or by time.',
  }),
  log_file_max_size: integer(0, Number.MAX_SAFE_INTEGER, {
    default: 100_000_000,
    says: 'Bytes after which a new log file is begun. 0 never begins one, as with no backups.',
  }),
  log_file_num_backups: integer(0, 1_000, {
    default: 10,
    says: 'Old log files that are kept: .1 is the newest. By time they end with when they began, and 0 keeps all.',
  }),
  log_rotate_when: text({
    default: 'midnight',
    takes: 'WHEN',
    expected: 'one of S, M, H, D, midnight, W0 (the end of Monday) to W6',
    accepts: (when) => /^(?:[SMHD]|midnight|W[0-6])$/i.test(when),
    says: 'By time: S, M, H, D count from the last one, midnight and W0 (the end of Monday) to W6 are of the local clock.',
  }),
  log_rotate_interval: integer(1, 100_000, { default: 1, says: 'How many of these lie between two files.' }),
} as const
