/** `umbel status`, `inspect` and `control`: outputs and exit codes are Celery's (client-cli.md B4). */
import type { NodeReply } from '../../../lib/client/control/broadcast.ts'
import { UmbelError } from '../../../lib/errors.ts'
import type { Options } from '../../options/option.ts'
import { type Environment, optionValues, readArguments } from '../../options/parse-options.ts'
import { controlOptions, inspectOptions, type RemoteOptions, statusOptions } from '../../options/remote-options.ts'
import { enterWorkdir, openControlLinks, unavailable } from '../client-links.ts'
import { createCommandRuntime } from '../command-runtime.ts'
import { pythonJson } from '../python-json.ts'
import { createStyle, type Style, say } from '../style.ts'
import { argumentsOf, describeRemote, type RemoteKind } from './remote-commands.ts'
import { indented, replyText } from './reply-text.ts'

type Remote = Omit<RemoteOptions, 'list'> & { readonly list?: boolean }

export async function statusCommand(argv: readonly string[], environment: Environment): Promise<number> {
  const { options, words } = read(statusOptions, argv, environment)
  if (words.length > 0) throw unexpected(words)
  const replies = await broadcast('ping', {}, options, false)
  if (options.json) say(pythonJson(byNode(replies)))
  sayOnline(replies)
  return 0
}

export async function inspectCommand(argv: readonly string[], environment: Environment): Promise<number> {
  const { options, words } = read(inspectOptions, argv, environment)
  if (options.list) return list('inspect')
  const [name, ...rest] = words
  if (name === undefined) throw new UmbelError('command/usage', { reason: "Missing argument 'COMMAND'." })
  const replies = await broadcast(name, argumentsOf('inspect', name, rest), options, true)
  if (options.json) say(pythonJson(byNode(replies)))
  else if (!options.quiet) sayOnline(replies)
  return 0
}

export async function controlCommand(argv: readonly string[], environment: Environment): Promise<number> {
  const { options, words } = read(controlOptions, argv, environment)
  if (options.list) return list('control')
  const [name, ...rest] = words
  if (name === undefined) throw new UmbelError('command/usage', { reason: "Missing argument 'COMMAND'." })
  const replies = await broadcast(name, argumentsOf('control', name, rest), options, true)
  if (options.json) say(pythonJson(replies))
  return 0
}

function read<O extends Options>(rows: O, argv: readonly string[], environment: Environment) {
  const given = readArguments(rows, argv, { words: true })
  return { options: optionValues(rows, given, environment, null), words: given.words }
}

export function unexpected(words: readonly string[]): UmbelError {
  const many = words.length === 1 ? 'argument' : 'arguments'
  return new UmbelError('command/usage', { reason: `Got unexpected extra ${many} (${words.join(' ')})` })
}

/** Throws `command/unavailable` without a broker or without replies; replies are shown as they come. */
async function broadcast(
  method: string,
  args: Record<string, unknown>,
  options: Remote,
  showsBody: boolean,
): Promise<readonly NodeReply[]> {
  enterWorkdir(options)
  const style = createStyle(options.no_color)
  const { app, close } = await openControlLinks(options, createCommandRuntime({ ...options, loglevel: 'error' }))
  try {
    const { destination, timeout } = options
    const replies = await app.control.broadcast(method, {
      arguments: args,
      reply: true,
      destination: destination.length === 0 ? null : destination,
      timeout,
      exactFloats: true,
      ...(options.json ? {} : { callback: (reply) => show(reply, options, style, showsBody) }),
    })
    if (replies !== null && replies.length > 0) return replies
  } catch (error) {
    throw unavailable(error)
  } finally {
    await close()
  }
  throw new UmbelError('command/unavailable', { reason: 'No nodes replied within time constraint' })
}

function show(reply: NodeReply, { quiet }: Remote, style: Style, showsBody: boolean): void {
  for (const [node, value] of Object.entries(reply)) {
    const { status, body } = replyText(value, style)
    say(`${quiet ? '' : '-> '} ${style.cyan(`${node}: `)}${status}`)
    if (showsBody && body !== '') say(indented(body))
  }
}

function byNode(replies: readonly NodeReply[]): NodeReply {
  const nodes: NodeReply = Object.assign({}, ...replies)
  if (Object.keys(nodes).length < replies.length) {
    const names = replies.flatMap((reply) => Object.keys(reply))
    const twice = [...new Set(names.filter((name, i) => names.indexOf(name) !== i))].sort()
    process.stderr.write(
      `Received multiple replies from node ${twice.length === 1 ? 'name' : 'names'}: ${twice.join(', ')}.\n` +
        'Please make sure you give each node a unique nodename using the -n option of the worker.\n',
    )
  }
  return nodes
}

function sayOnline(replies: readonly NodeReply[]): void {
  const count = Object.keys(byNode(replies)).length
  say(`\n${count} ${count === 1 ? 'node' : 'nodes'} online.`)
}

function list(kind: RemoteKind): number {
  say(describeRemote(kind))
  return 0
}
