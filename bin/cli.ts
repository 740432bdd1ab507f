/** `umbel [command] [options]`: finds the command and runs it. Nothing of a command is loaded before it is asked for. */

import { nearestWord } from '../lib/errors/nearest-word.ts'
import { isUmbelError, messageOf, UmbelError } from '../lib/errors.ts'
import { keepHeapSmall } from '../lib/runtime/small-heap.ts'
import { exitCodeOf } from './exit-code.ts'
import type { Environment } from './options/parse-options.ts'
import { packageVersion } from './package-root.ts'

/** Resolves with the exit code when the command is over. Throws UmbelError for what a person can put right. */
export type Command = (argv: readonly string[], environment: Environment) => Promise<number>

interface CommandRow {
  readonly says: string
  readonly load: () => Promise<Command>
  readonly options: () => Promise<string>
}

const COMMANDS: Readonly<Record<string, CommandRow>> = {
  dashboard: {
    says: 'The live dashboard of a Celery cluster (what umbel does without a command)',
    load: async () => {
      keepHeapSmall() // first of all: loading programs and pages is what makes the heap grow
      return (await import('./commands/dashboard.ts')).dashboardCommand
    },
    options: async () => describe((await import('./options/dashboard-options.ts')).dashboardOptions),
  },
  demo: {
    says: 'The dashboard over a small cluster of its own: nothing to set up',
    load: async () => {
      keepHeapSmall()
      return (await import('./commands/demo.ts')).demoCommand
    },
    options: async () => describe((await import('./options/demo-options.ts')).demoOptions),
  },
  worker: {
    says: "Run an app's tasks: a Celery worker in TypeScript",
    load: async () => (await import('./commands/worker.ts')).workerCommand,
    options: async () => describe((await import('./options/worker-options.ts')).workerOptions),
  },
  beat: {
    says: "Send an app's periodic tasks at their times",
    load: async () => (await import('./commands/beat.ts')).beatCommand,
    options: async () => describe((await import('./options/worker-options.ts')).beatOptions),
  },
}

/** Runs the command and ends the process: Next and open sockets would keep it alive. */
export async function main(argv: readonly string[]): Promise<void> {
  const debug = argv.includes('--debug')
  try {
    process.exit(await run(argv))
  } catch (error) {
    process.stderr.write(`error: ${oneLine(messageOf(error))}\n`)
    if (debug && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`)
    else if (!isUmbelError(error)) process.stderr.write('Run it again with --debug to see where this comes from.\n')
    process.exit(exitCodeOf(error))
  }
}

async function run(argv: readonly string[]): Promise<number> {
  const asked = argv[0] === 'help'
  const words = asked ? argv.slice(1) : argv
  const [first = ''] = words
  const named = first !== '' && !first.startsWith('-')
  const name = named ? first : 'dashboard'
  const row = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (row === undefined) {
    const close = nearestWord(first, Object.keys(COMMANDS))
    throw new UmbelError('option/unknown', { option: `command ${first}`, nearest: close })
  }
  const rest = named ? words.slice(1) : words
  if (asked || rest.includes('--help') || rest.includes('-h')) return print(await help(named ? name : null, row))
  if (rest.includes('--version')) return print(`umbel ${packageVersion()}`)
  return (await row.load())(rest, process.env)
}

async function help(name: string | null, row: CommandRow): Promise<string> {
  const usage = name === null || name === 'dashboard' ? 'umbel [options]' : `umbel ${name} [options]`
  const commands = Object.entries(COMMANDS).map(([command, { says }]) => `  ${command.padEnd(12)}${says}`)
  const list = name === null ? ['', 'Commands:', ...commands, '', 'Options of the dashboard:'] : ['', 'Options:']
  return [`Usage: ${usage}`, '', row.says, ...list, await row.options()].join('\n')
}

async function describe(options: Parameters<typeof import('./options/help.ts').describeOptions>[0]): Promise<string> {
  return (await import('./options/help.ts')).describeOptions(options)
}

function print(text: string): number {
  process.stdout.write(`${text}\n`)
  return 0
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ')
}
