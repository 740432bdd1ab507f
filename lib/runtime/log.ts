/** One line per change of state, never one per message or retry. Facts must hold no secret. */
export const LOG_LEVELS = ['debug', 'info', 'warning', 'error'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export interface Log {
  debug(message: string, facts?: object): void
  info(message: string, facts?: object): void
  warning(message: string, facts?: object): void
  error(message: string, facts?: object): void
}

/** What a level below the least one does. Ask for it before making a costly line: `log.info === quiet`. */
export function quiet(): void {}

export const silentLog: Log = { debug: quiet, info: quiet, warning: quiet, error: quiet }

/** Writes `[time: LEVEL] message {facts}` lines of at least `least` importance. Control characters are escaped. */
export function createLog(least: LogLevel, write: (line: string) => void, nowMs: () => number): Log {
  const from = LOG_LEVELS.indexOf(least)
  const tell = (level: LogLevel) => (message: string, facts?: object) => {
    const rest = facts === undefined ? '' : ` ${JSON.stringify(facts)}`
    write(`[${new Date(nowMs()).toISOString()}: ${level.toUpperCase()}] ${oneLine(message + rest)}\n`)
  }
  const at = (level: LogLevel) => (LOG_LEVELS.indexOf(level) < from ? quiet : tell(level))
  return { debug: at('debug'), info: at('info'), warning: at('warning'), error: at('error') }
}

/** A name from the broker may hold newlines or terminal escapes; a log line must stay one harmless line. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
