/** What the program says of itself, and of a command line that it cannot follow. */
import { isProblem, messageOf } from '../lib/errors.ts'
import { COMMANDS, type CommandRow, GROUPS } from './command-table.ts'
import { describeOptions } from './options/help.ts'

/** The help of a command; null is the whole program's. */
export async function helpText(name: string | null, row: CommandRow): Promise<string> {
  const list = name === null ? ['', ...commandLines(), '', 'Options of the dashboard:'] : ['', 'Options:']
  return [`Usage: ${usageOf(name, row)}`, '', row.says, ...list, describeOptions(await row.options())].join('\n')
}

/** As click says it, for scripts that read what `celery` says (client-cli.md B1). */
export function failureText(name: string, row: CommandRow, error: unknown): string {
  const sentence = celerySentence(error)
  if (!isUsage(error))
    return sentence.startsWith('ERROR: ') || sentence === 'Aborted!' ? sentence : `Error: ${sentence}`
  return `Usage: ${usageOf(name, row)}\nTry 'umbel ${name} --help' for help.\n\nError: ${sentence}`
}

function usageOf(name: string | null, { words }: CommandRow): string {
  if (name === null || name === 'dashboard') return 'umbel [options]'
  if (words === null) return `umbel ${name} [options]`
  return `umbel ${name} [OPTIONS]${words === '' ? '' : ` ${words}`}`
}

function commandLines(): readonly string[] {
  const groups = GROUPS.map((group) => {
    const rows = Object.entries(COMMANDS).filter(([, row]) => row.group === group)
    return [`${group}:`, ...rows.map(([command, { says }]) => `  ${command.padEnd(12)}${says}`)].join('\n')
  })
  return [groups.join('\n\n')]
}

function isUsage(error: unknown): boolean {
  return (['option/unknown', 'option/invalid', 'command/usage', 'app/cannot-load'] as const).some((code) =>
    isProblem(error, code),
  )
}

function celerySentence(error: unknown): string {
  if (isProblem(error, 'option/unknown')) {
    const { option, nearest } = error.facts
    return `No such option '${option}'.${nearest === null ? '' : ` Did you mean '${nearest}'?`}`
  }
  if (isProblem(error, 'option/invalid')) {
    const { option, value, expected } = error.facts
    if (value === '' && option.startsWith('-')) return `Option '${option}' requires an argument: ${expected}.`
    return `Invalid value for '${option}': expected ${expected}, got '${value}'`
  }
  if (isProblem(error, 'app/cannot-load')) {
    const { file, reason } = error.facts
    return `\nUnable to load celery application.\nThe file ${file} cannot be loaded: ${reason}`
  }
  return messageOf(error)
}
