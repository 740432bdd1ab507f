/** `task.delay()` under task_always_eager (client-cli.md A6): the arguments go through the serializer, and it runs here. */
import { randomUUID } from 'node:crypto'
import { decodeBody } from '../../protocol/body.ts'
import { createTaskEnvelope } from '../../protocol/task-message.ts'
import { nodeCodecs } from '../../runtime/codecs.ts'
import type { CallOptions } from '../call-options.ts'
import type { EagerResult } from '../eager-result.ts'
import type { CanvasApp } from './canvas-app.ts'
import { runEagerly } from './eager-task.ts'
import { wireOptionsOf } from './option-names.ts'

/** Throws what the serializer throws, so that an argument that could not be sent fails here too. */
export async function delayEagerly(
  app: CanvasApp,
  name: string,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
  options: CallOptions,
): Promise<EagerResult> {
  const serializer = options.serializer ?? app.tasks.get(name)?.options.serializer ?? app.conf.task_serializer
  const envelope = createTaskEnvelope(
    { task: name, args, kwargs, serializer },
    { newId: randomUUID, codecs: nodeCodecs },
  )
  const body = decodeBody(envelope, { codecs: nodeCodecs, accept: [serializer] })
  // What createTaskEnvelope has just written.
  const [sentArgs, sentKwargs] = body as [readonly unknown[], Readonly<Record<string, unknown>>]
  return runEagerly(app, { name, args: sentArgs, kwargs: sentKwargs, options: wireOptionsOf(options) })
}
