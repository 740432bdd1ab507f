/** What all commands that Celery has too have in common: its global options, and its names in the environment. */
import { LOG_LEVELS, type LogLevel } from '../../lib/runtime/log.ts'
import { brokerTransportOptions, globalRows } from './global-rows.ts'
import { flag, type Option, type Options, optionalText, type ValuesOf, value } from './option.ts'

/** Before the command or after it. */
export const globalOptions = {
  app: optionalText({
    short: 'A',
    env: ['CELERY_APP'],
    takes: 'FILE',
    says: 'The tasks: a TypeScript or JavaScript module that exports an app.',
  }),
  broker: optionalText({
    short: 'b',
    env: ['CELERY_BROKER_URL', 'CELERY_BROKER', 'BROKER_URL'],
    takes: 'URL',
    secret: true,
    says: "Where the messages are. By default the app's own broker.",
  }),
  broker_transport_options: brokerTransportOptions,
  result_backend: optionalText({
    env: ['CELERY_RESULT_BACKEND', 'RESULT_BACKEND'],
    takes: 'URL',
    secret: true,
    says: "Where results are stored. By default the app's own backend.",
  }),
  ...globalRows,
  debug: flag({ default: false, says: 'Log everything, and stack traces with errors.' }),
} as const

export type GlobalOptions = ValuesOf<typeof globalOptions>

/** The rows of one command with the global ones, each also read from CELERY_<COMMAND>_<OPTION> (client-cli.md B1). */
export function celeryOptions<O extends Options>(command: string, rows: O): typeof globalOptions & O {
  const named = Object.entries(rows).map(([name, row]) => {
    const variables = [name, ...(row.also ?? [])].map((one) => `CELERY_${command}_${one}`.toUpperCase())
    return [name, { ...row, env: [...variables, ...(row.env ?? [])] }] as const
  })
  // The same rows with more names in the environment.
  return { ...globalOptions, ...Object.fromEntries(named) } as typeof globalOptions & O
}

const LEVELS: Readonly<Record<string, LogLevel>> = { warn: 'warning', critical: 'error', fatal: 'error' }

/** Celery's words in any case. CRITICAL and FATAL are the errors here. */
export function logLevel(least: LogLevel): Option<LogLevel> {
  return value({
    default: least,
    short: 'l',
    takes: 'LEVEL',
    expected: 'one of DEBUG, INFO, WARNING, ERROR, CRITICAL, FATAL',
    parse(text) {
      const word = text.toLowerCase()
      return LEVELS[word] ?? LOG_LEVELS.find((level) => level === word)
    },
    says: 'Least important lines to log.',
  })
}

export function seconds(row: { readonly short?: string; readonly also?: readonly string[]; readonly says: string }) {
  return value<number | null>({
    ...row,
    default: null,
    takes: 'SECONDS',
    expected: 'a number of seconds',
    parse: (text) => (/^\d+(\.\d*)?$|^\.\d+$/.test(text) ? Number(text) : undefined),
  })
}

/** A whole number from `least` on, or null when it is not given. */
export function count(least: number, row: { readonly says: string; readonly also?: readonly string[] }) {
  return value<number | null>({
    ...row,
    default: null,
    takes: 'N',
    expected: `a whole number from ${least}`,
    parse: (text) => (/^\d{1,15}$/.test(text) && Number(text) >= least ? Number(text) : undefined),
  })
}

/** Names separated by commas, as `-Q a,b`. */
export function names(row: { readonly short?: string; readonly takes?: string; readonly says: string }) {
  return value<readonly string[]>({
    takes: 'A,B',
    ...row,
    default: [],
    expected: 'names of 1 to 255 characters, separated by commas',
    parse(text) {
      const entries = text.split(',').map((entry) => entry.trim())
      return entries.every((entry) => entry.length > 0 && entry.length <= 255) ? entries : undefined
    },
  })
}
