/** A remote control command, and the ways in which its arguments can be wrong, in Python's words. */
import type { Node } from './node.ts'

export type Arguments = Readonly<Record<string, unknown>>

/** The value that is returned is the reply; `noReply` for commands after which nobody is left to answer. */
export type Command = (node: Node, args: Arguments) => unknown

export const noReply: unique symbol = Symbol('no reply')

/** An error that a Python worker would answer, by the text of its repr. */
export class CommandError extends Error {
  /** `ValueError('Autoscale not enabled')` */
  readonly repr: string

  constructor(repr: string) {
    super(repr)
    this.name = 'CommandError'
    this.repr = repr
  }
}

/** For commands that take no arguments: Python refuses others by name. */
export function refuseArguments(command: string, args: Arguments): void {
  const [name] = Object.keys(args)
  if (name === undefined) return
  throw new CommandError(`TypeError("${command}() got an unexpected keyword argument '${name}'")`)
}

export function requiredText(command: string, args: Arguments, name: string): string {
  const value = args[name]
  if (typeof value === 'string' && value !== '') return value
  throw new CommandError(`TypeError("${command}() missing 1 required positional argument: '${name}'")`)
}

/** One text or several. */
export function texts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}

/** `true` and `"true"`, as the command line of Celery sends it. */
export function isTrue(value: unknown): boolean {
  return value === true || value === 1 || (typeof value === 'string' && /^(true|yes|on|1)$/i.test(value))
}
