/** The remote control of a worker: its commands, and what is said of those that go wrong (wire.md D1). */
import { messageOf } from '../../lib/errors.ts'
import type { ControlMessage } from '../../lib/protocol/control.ts'
import { stringRepr } from '../../lib/protocol/exact-repr.ts'
import type { Service } from '../../lib/runtime/service.ts'
import { CommandError } from './command.ts'
import { COMMANDS } from './commands.ts'
import type { Node } from './node.ts'
import { createPidbox } from './pidbox.ts'

export function createMailbox(node: Node): Service {
  const { app, broker, hostname, runtime } = node

  async function answerTo({ method, arguments: args }: ControlMessage): Promise<unknown> {
    const command = Object.hasOwn(COMMANDS, method) ? COMMANDS[method] : undefined
    if (command === undefined) {
      runtime.log.error(`No such control command: ${method.slice(0, 100)}`)
      return { error: `KeyError(${stringRepr(method)})` }
    }
    try {
      return await command(node, args)
    } catch (error) {
      if (error instanceof CommandError) return { error: error.repr }
      runtime.log.error('a control command failed', { method, reason: messageOf(error) })
      return { error: `RuntimeError(${stringRepr(messageOf(error))})` }
    }
  }

  return createPidbox({ app, broker, hostname, runtime, answerTo })
}
