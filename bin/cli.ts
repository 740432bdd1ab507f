/** `umbel [options] [command] [options]`: finds the command and runs it. */
import { nearestWord } from '../lib/errors/nearest-word.ts'
import { isUmbelError, messageOf, UmbelError } from '../lib/errors.ts'
import { COMMANDS, type CommandRow, REFUSED } from './command-table.ts'
import { exitCodeOf } from './exit-code.ts'
import { findCommand } from './find-command.ts'
import { refuseUnknownVariables } from './options/unknown-variables.ts'
import { packageVersion } from './package-root.ts'

/** Runs the command and ends the process: Next and open sockets would keep it alive. */
export async function main(argv: readonly string[]): Promise<void> {
  try {
    process.exit(await run(argv))
  } catch (error) {
    await explain(argv, error)
    process.exit(exitCodeOf(error))
  }
}

async function run(argv: readonly string[]): Promise<number> {
  const asked = argv[0] === 'help'
  const { name, rest } = findCommand(asked ? argv.slice(1) : argv)
  const row = rowOf(name)
  if (asked || rest.includes('--help') || rest.includes('-h')) {
    const { helpText } = await import('./usage.ts')
    return print(await helpText(name, row))
  }
  if (rest.includes('--version')) return print(`umbel ${packageVersion()}`)
  await refuseUnknownVariables(process.env)
  return (await row.load())(rest, process.env)
}

/** Throws `command/usage` for what only Celery has, and for what nobody has. */
function rowOf(name: string | null): CommandRow {
  const word = name ?? 'dashboard'
  const row = Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined
  if (row !== undefined) return row
  const instead = Object.hasOwn(REFUSED, word) ? REFUSED[word] : undefined
  if (instead !== undefined) {
    throw new UmbelError('command/usage', { reason: `umbel has no command ${word}: ${instead}` })
  }
  const nearest = nearestWord(word, Object.keys(COMMANDS))
  const hint = nearest === null ? '' : ` Did you mean '${nearest}'?`
  throw new UmbelError('command/usage', { reason: `No such command '${word}'.${hint}` })
}

/** One sentence on stderr; for commands of Celery in the shape that click gives it. */
async function explain(argv: readonly string[], error: unknown): Promise<void> {
  const { name } = findCommand(argv)
  const row = name !== null && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (name !== null && row !== undefined && row.words !== null) {
    const { failureText } = await import('./usage.ts')
    process.stderr.write(`${failureText(name, row, error)}\n`)
  } else {
    process.stderr.write(`error: ${messageOf(error).replace(/\s*\n\s*/g, ' ')}\n`)
  }
  const debug = argv.includes('--debug')
  if (debug && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`)
  else if (!isUmbelError(error)) process.stderr.write('Run it again with --debug to see where this comes from.\n')
}

function print(text: string): number {
  process.stdout.write(`${text}\n`)
  return 0
}
