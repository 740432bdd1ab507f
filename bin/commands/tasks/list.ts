/** `umbel list bindings`: the queues of the app, and how messages come to them (client-cli.md B5). */
import { UmbelError } from '../../../lib/errors.ts'
import { type Environment, optionValues, readArguments } from '../../options/parse-options.ts'
import { listOptions } from '../../options/remote-options.ts'
import { enterWorkdir, openClientLinks } from '../client-links.ts'
import { createCommandRuntime } from '../command-runtime.ts'
import { say } from '../style.ts'

export async function listCommand(argv: readonly string[], environment: Environment): Promise<number> {
  const given = readArguments(listOptions, argv, { words: true })
  const options = optionValues(listOptions, given, environment, null)
  const [what] = given.words
  if (what !== 'bindings') {
    const reason = what === undefined ? "Missing command: 'bindings'." : `No such command '${what}'.`
    throw new UmbelError('command/usage', { reason })
  }
  enterWorkdir(options)
  const { app, close } = await openClientLinks(options, createCommandRuntime({ ...options, loglevel: 'error' }))
  try {
    row('Queue', 'Exchange', 'Routing Key')
    row('-'.repeat(16), '-'.repeat(16), '-'.repeat(16))
    for (const { name, exchange, routingKey } of app.queues.declared) row(name, exchange, routingKey)
  } finally {
    await close()
  }
  return 0
}

function row(queue: string, exchange: string, routingKey: string): void {
  say(`${queue.padEnd(28)} ${exchange.padEnd(28)} ${routingKey}`)
}
