/** Log lines in Celery's format, which log shippers parse: `[2026-11-21 06:48:10,234: INFO/MainProcess] text`. */
import { openSync, writeSync } from 'node:fs'
import { LOG_LEVELS, type Log, type LogLevel, quiet } from '../../../lib/runtime/log.ts'
import { unusable } from './unusable-file.ts'

export interface LineWriter {
  write(line: string): void
  /** What was written is out when this returns. */
  flush(): void
}

/**
 * Writes what one turn of the event loop has logged at once: a worker logs two lines for each of thousands of tasks a
 * second, and a system call for each would cost more than the task.
 */
export function createLineWriter(put: (text: string) => void): LineWriter {
  let waiting: string[] = []
  function flush(): void {
    if (waiting.length === 0) return
    const text = waiting.join('')
    waiting = []
    put(text)
  }
  return {
    write(line) {
      if (waiting.push(line) === 1) setImmediate(flush)
    },
    flush,
  }
}

/** To stderr, or appended to a file. Throws option/invalid for a file that cannot be written. */
export function openLog(logfile: string | null): LineWriter {
  if (logfile === null) return createLineWriter((text) => void process.stderr.write(text))
  try {
    const descriptor = openSync(logfile, 'a')
    return createLineWriter((text) => void writeSync(descriptor, text))
  } catch (error) {
    throw unusable('--logfile', logfile, error)
  }
}

/** `traceback` among the facts follows as lines of its own, as Python prints it; other facts stand behind the text. */
export function createCeleryLog(least: LogLevel, lines: LineWriter, nowMs: () => number): Log {
  const from = LOG_LEVELS.indexOf(least)
  const stamp = createStamp()
  const at = (level: LogLevel) => {
    if (LOG_LEVELS.indexOf(level) < from) return quiet
    const word = `${level.toUpperCase()}/MainProcess`
    return (message: string, facts?: object) => {
      lines.write(`[${stamp(nowMs())}: ${word}] ${clean(message)}${factsText(facts)}\n`)
    }
  }
  return { debug: at('debug'), info: at('info'), warning: at('warning'), error: at('error') }
}

function factsText(facts: object | undefined): string {
  if (facts === undefined) return ''
  const { traceback, ...rest } = Object(facts)
  const shown = Object.keys(rest).length === 0 ? '' : ` ${clean(JSON.stringify(rest))}`
  return typeof traceback === 'string' && traceback !== ''
    ? `${shown}\n${traceback.trimEnd().split('\n').map(clean).join('\n')}`
    : shown
}

/** Local time with milliseconds behind a comma; the text of a second is made once. */
function createStamp(): (nowMs: number) => string {
  let second = -1
  let text = ''
  return (nowMs) => {
    const current = Math.floor(nowMs / 1000)
    if (current !== second) {
      second = current
      text = localTime(new Date(nowMs))
    }
    return `${text},${String(Math.floor(nowMs) % 1000).padStart(3, '0')}`
  }
}

/** `2026-11-21 06:48:10` where this machine is. */
export function localTime(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

const CONTROL = /[\p{Cc}\u2028\u2029]/u

/** A name from the broker may hold newlines or terminal escapes; a log line must stay one harmless line. */
function clean(text: string): string {
  if (!CONTROL.test(text)) return text
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
