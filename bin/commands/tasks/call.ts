/** `umbel call`: sends a task by name and prints its id (client-cli.md B5). */
import { UmbelError } from '../../../lib/errors.ts'
import { parseIsoTime } from '../../../lib/protocol/iso-time.ts'
import { parseJson } from '../../../lib/protocol/json.ts'
import { isRecord } from '../../../lib/protocol/record.ts'
import { type Environment, optionValues, readArguments } from '../../options/parse-options.ts'
import { callOptions } from '../../options/remote-options.ts'
import { enterWorkdir, openClientLinks } from '../client-links.ts'
import { createCommandRuntime } from '../command-runtime.ts'
import { unexpected } from '../remote/remote.ts'
import { say } from '../style.ts'

export async function callCommand(argv: readonly string[], environment: Environment): Promise<number> {
  const given = readArguments(callOptions, argv, { words: true })
  const options = optionValues(callOptions, given, environment, null)
  const [name, ...rest] = given.words
  if (name === undefined) throw new UmbelError('command/usage', { reason: "Missing argument 'NAME'." })
  if (rest.length > 0) throw unexpected(rest)
  const args = readArray(options.args)
  const kwargs = readObject(options.kwargs)
  const eta = options.eta === null ? null : time('--eta', options.eta)
  const expires = options.expires === null ? null : expiry(options.expires)
  enterWorkdir(options)
  const { app, close } = await openClientLinks(options, createCommandRuntime({ ...options, loglevel: 'error' }))
  try {
    const { id } = await app.sendTask(name, args, kwargs, {
      serializer: options.serializer,
      ...(options.countdown === null ? {} : { countdown: options.countdown }),
      ...(eta === null ? {} : { eta }),
      ...(expires === null ? {} : { expires }),
      ...(options.queue === null ? {} : { queue: options.queue }),
      ...(options.exchange === null ? {} : { exchange: options.exchange }),
      ...(options.routing_key === null ? {} : { routingKey: options.routing_key }),
    })
    say(id)
  } finally {
    await close()
  }
  return 0
}

function readArray(text: string): readonly unknown[] {
  const found = json("'-a' / '--args'", text)
  if (Array.isArray(found)) return found
  throw badValue("'-a' / '--args'", `${text} was not an array`)
}

function readObject(text: string): Readonly<Record<string, unknown>> {
  const found = json("'-k' / '--kwargs'", text)
  if (isRecord(found)) return found
  throw badValue("'-k' / '--kwargs'", `${text} was not an object`)
}

/** Floats are sent as they were typed: 1.0 stays one. */
function json(option: string, text: string): unknown {
  try {
    return parseJson(text, { exactFloats: true })
  } catch {
    throw badValue(option, 'Expecting value: line 1 column 1 (char 0)')
  }
}

function time(option: string, text: string): Date {
  const atMs = parseIsoTime(text)
  if (atMs === null) throw badValue(`'${option}'`, `${text} is no time such as 2026-11-21T10:00:00+00:00`)
  return new Date(atMs)
}

function expiry(text: string): number | Date {
  return /^\d+(\.\d*)?$|^\.\d+$/.test(text) ? Number(text) : time('--expires', text)
}

function badValue(option: string, why: string): UmbelError {
  return new UmbelError('command/usage', { reason: `Invalid value for ${option}: ${why}` })
}
