/** One command to workers and, where wanted, their replies: what all of `app.control` comes down to. */
import type { Celery } from '../celery.ts'
import { askWorkers, sendCommand } from './ask.ts'
import { createReplyBox, type WorkerReply } from './reply-box.ts'

/** As Celery's broadcast takes them. */
export interface ControlOptions {
  /** Node names; null or left out = all. */
  readonly destination?: readonly string[] | string | null
  /** Nodes whose name matches; only without a destination. */
  readonly pattern?: string | null
  /** How `pattern` is meant: `glob`, or `pcre` from the start of the name. */
  readonly matcher?: 'glob' | 'pcre' | null
  /** Seconds, counted anew from every reply. */
  readonly timeout?: number
  /** Replies after which nobody waits; as many as there are destinations when left out. */
  readonly limit?: number
  /** Called with every reply as it comes. */
  readonly callback?: (reply: NodeReply) => void
  /** `1.0` is a WholeFloat: for who shows the replies as they came. */
  readonly exactFloats?: boolean
}

/** Node name → what it answered. */
export type NodeReply = Readonly<Record<string, unknown>>
export type Arguments = Readonly<Record<string, unknown>>

const DEFAULT_TIMEOUT_SECONDS = 1

/** Throws the broker's errors when the command cannot be sent. */
export async function tell(app: Celery, method: string, args: Arguments, options: ControlOptions): Promise<void> {
  const links = await app.links()
  await sendCommand(links, { ...commandOf(app, method, args, options), ticket: null }, null)
}

/** One `{node: reply}` for each reply, in order. Nobody answers: an empty list. */
export async function ask(
  app: Celery,
  method: string,
  args: Arguments,
  options: ControlOptions,
): Promise<readonly NodeReply[]> {
  const { timeout = DEFAULT_TIMEOUT_SECONDS, limit, callback, exactFloats = false } = options
  const links = await app.links()
  const box = createReplyBox({
    ...{ broker: links.broker, runtime: links.runtime, exactFloats, codecs: app.compiled.codecs },
    exchange: `reply.${app.compiled.controlExchange}.pidbox`,
    onClock: (clock) => app.clock.adjust(clock),
  })
  box.start()
  try {
    const replies = await askWorkers(links, box, {
      ...commandOf(app, method, args, options),
      timeoutMs: timeout * 1000,
      renewed: true,
      ...(limit === undefined ? {} : { limit }),
      onReply: (reply) => callback?.(nodeReply(reply)),
    })
    return replies.map(nodeReply)
  } finally {
    await box.stop()
  }
}

function commandOf(app: Celery, method: string, args: Arguments, options: ControlOptions) {
  const { destination = null, pattern = null, matcher = null } = options
  const { codecs, serializer, controlExchange } = app.compiled
  return {
    method,
    arguments: args,
    destination: typeof destination === 'string' ? [destination] : destination,
    pattern,
    matcher,
    exchange: `${controlExchange}.pidbox`,
    content: { codecs, serializer }, // as tasks are: kombu's mailbox has it so
    clock: app.clock.forward(),
  }
}

function nodeReply({ worker, reply }: WorkerReply): NodeReply {
  return { [worker]: reply }
}
