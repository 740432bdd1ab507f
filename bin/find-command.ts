/** Finds the command among the words of a command line: people write `-A proj worker` and `worker -A proj`. */
import { COMMANDS, REFUSED } from './command-table.ts'

export interface FoundCommand {
  /** Null: none was named. */
  readonly name: string | null
  /** The words of the command, its global options first. */
  readonly rest: readonly string[]
}

/** Celery's global options: those with a value, and flags. */
const WITH_VALUE = /^(-[Ab]|--(app|broker|broker[-_]transport[-_]options|result[-_]backend|workdir|config|loader))$/
const VALUE_INSIDE =
  /^(-[Ab].+|--(app|broker|broker[-_]transport[-_]options|result[-_]backend|workdir|config|loader)=.*)$/
const FLAGS = /^(-[Cqh]|--(no[-_]color|quiet|skip[-_]checks|debug|help|version))$/

/** `celery flower` with one word changed. */
const ALSO: Readonly<Record<string, string>> = { flower: 'dashboard' }

/** An option that is not global can only be one of the dashboard: then everything is for it. */
export function findCommand(argv: readonly string[]): FoundCommand {
  let at = 0
  while (at < argv.length) {
    const word = argv[at] ?? ''
    if (WITH_VALUE.test(word)) at += 2
    else if (VALUE_INSIDE.test(word) || FLAGS.test(word)) at += 1
    else break
  }
  const name = argv[at]
  const isOption = name === undefined || name.startsWith('-') || name === ''
  // `--debug true`: said of an option of the dashboard.
  const isValue = at > 0 && !isKnown(name ?? '')
  if (isOption || (isValue && /^(true|false|yes|no|on|off|[01tfyn])$/i.test(name ?? '')))
    return { name: null, rest: argv }
  return { name: ALSO[name] ?? name, rest: [...argv.slice(0, at), ...argv.slice(at + 1)] }
}

function isKnown(name: string): boolean {
  return Object.hasOwn(COMMANDS, name) || Object.hasOwn(REFUSED, name) || Object.hasOwn(ALSO, name)
}
