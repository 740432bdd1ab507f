/** `umbel result`: waits for the result of a task and prints it as Python does (client-cli.md B5). */
import { RemoteError } from '../../../lib/client/remote-error.ts'
import { UmbelError } from '../../../lib/errors.ts'
import { exactRepr } from '../../../lib/protocol/exact-repr.ts'
import { type Environment, optionValues, readArguments } from '../../options/parse-options.ts'
import { resultOptions } from '../../options/remote-options.ts'
import { enterWorkdir, openClientLinks } from '../client-links.ts'
import { createCommandRuntime } from '../command-runtime.ts'
import { unexpected } from '../remote/remote.ts'
import { pythonText } from '../remote/reply-text.ts'
import { say } from '../style.ts'

export async function resultCommand(argv: readonly string[], environment: Environment): Promise<number> {
  const given = readArguments(resultOptions, argv, { words: true })
  const options = optionValues(resultOptions, given, environment, null)
  const [id, ...rest] = given.words
  if (id === undefined) throw new UmbelError('command/usage', { reason: "Missing argument 'TASK_ID'." })
  if (rest.length > 0) throw unexpected(rest)
  enterWorkdir(options)
  const { app, close } = await openClientLinks(options, createCommandRuntime({ ...options, loglevel: 'error' }))
  try {
    if (options.task !== null && !app.tasks.has(options.task)) {
      throw new UmbelError('command/failed', { reason: `NotRegistered: ${exactRepr(options.task)}` })
    }
    const result = app.result(id)
    if (options.traceback) say((await result.meta())?.traceback ?? '')
    else say(pythonText(await result.get()))
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error
    throw new UmbelError('command/failed', { reason: failureText(error) }, error)
  } finally {
    await close()
  }
  return 0
}

/** Ends in the line that Python ends in: `ValueError: boom`, and all arguments where there are several. */
function failureText({ name, args, traceback }: RemoteError): string {
  const [only] = args
  const text = args.length === 1 ? pythonText(only) : `(${args.map((arg) => exactRepr(arg)).join(', ')})`
  const before = traceback === null || traceback.trim() === '' ? '' : `${traceback.trimEnd()}\n`
  return before.endsWith(`${name}: ${text}\n`) ? before.trimEnd() : `${before}${name}: ${text}`
}
