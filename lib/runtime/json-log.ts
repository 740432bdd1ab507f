import type { Log, LogLevel } from './log.ts'
import { quiet } from './log.ts'

export const LOG_FORMATS = ['text', 'json'] as const
export type LogFormat = (typeof LOG_FORMATS)[number]

/** Pino's names for ours. */
const PINO_LEVELS = { debug: 'debug', info: 'info', warning: 'warn', error: 'error' } as const
const ORDER: readonly LogLevel[] = ['debug', 'info', 'warning', 'error']

/**
 * One JSON object a line, as pino writes them: `level` as a word, `time` as ISO text, `msg`, and the facts beside them.
 * Facts named like one of these stand under `facts`. Pino is loaded here and nowhere else: most people read text.
 */
export async function createJsonLog(least: LogLevel, write: (line: string) => void, nowMs: () => number): Promise<Log> {
  const { pino } = await import('pino')
  const logger = pino(
    {
      level: PINO_LEVELS[least],
      base: null,
      timestamp: () => `,"time":"${new Date(nowMs()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label === 'warn' ? 'warning' : label }) },
    },
    { write },
  )
  const at = (level: LogLevel) => {
    if (ORDER.indexOf(level) < ORDER.indexOf(least)) return quiet
    const name = PINO_LEVELS[level]
    return (message: string, facts: object = {}) => logger[name](plain(facts), message)
  }
  return { debug: at('debug'), info: at('info'), warning: at('warning'), error: at('error') }
}

const TAKEN = ['level', 'time', 'msg']

function plain(facts: object): object {
  return TAKEN.some((name) => name in facts) ? { facts } : facts
}
