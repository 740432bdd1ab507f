/** `umbel purge`: deletes what waits, after a question (client-cli.md B5). */
import { createInterface } from 'node:readline/promises'
import { UmbelError } from '../../../lib/errors.ts'
import { type Environment, optionValues, readArguments } from '../../options/parse-options.ts'
import { purgeOptions } from '../../options/remote-options.ts'
import { enterWorkdir, openClientLinks } from '../client-links.ts'
import { createCommandRuntime } from '../command-runtime.ts'
import { createStyle, say } from '../style.ts'

export async function purgeCommand(argv: readonly string[], environment: Environment): Promise<number> {
  const given = readArguments(purgeOptions, argv, { words: true })
  const options = optionValues(purgeOptions, given, environment, null)
  enterWorkdir(options)
  const { app, broker, close } = await openClientLinks(options, createCommandRuntime({ ...options, loglevel: 'error' }))
  try {
    const known = options.queues.length > 0 ? options.queues : app.queues.declared.map(({ name }) => name)
    const names = [...new Set(known)].filter((name) => !options.exclude_queues.includes(name))
    if (names.length === 0) return 0
    if (!options.force) await confirm(names, createStyle(options.no_color).red('WARNING'))
    let messages = 0
    for (const name of names) messages += await broker.queues.purge(name)
    const queues = plural(names.length, 'queue')
    say(
      messages === 0
        ? `No messages purged from ${names.length} ${queues}.`
        : `Purged ${messages} ${plural(messages, 'message')} from ${names.length} known task ${queues}.`,
    )
  } finally {
    await close()
  }
  return 0
}

/** Throws when the answer is not yes. */
async function confirm(names: readonly string[], warning: string): Promise<void> {
  say(
    `${warning}:This will remove all tasks from ${plural(names.length, 'queue')}: ${[...names].sort().join(', ')}.\n` +
      '         There is no undo for this operation!\n\n(to skip this prompt use the -f option)',
  )
  const lines = createInterface({ input: process.stdin, output: process.stdout })
  const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')))
  const answer = await Promise.race([lines.question('Are you sure you want to delete all tasks? [y/N]: '), closed])
  lines.close()
  if (!/^y(es)?$/i.test(answer.trim())) throw new UmbelError('command/failed', { reason: 'Aborted!' })
}

function plural(count: number, word: string): string {
  return count === 1 ? word : `${word}s`
}
