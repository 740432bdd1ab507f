/** What a task's end sets off: callbacks and the next step of its chain (worker-beat.md 2.3, 2.6). */
import { applyNode } from '../lib/client/canvas/apply.ts'
import { createDispatch } from '../lib/client/canvas/dispatch.ts'
import { asNode, createGroup, isGroup, type SignatureNode } from '../lib/client/canvas/node.ts'
import { type Child, runAs } from '../lib/client/current-task.ts'
import type { Sender } from '../lib/client/send.ts'
import type { ResultStore } from '../lib/results/results.ts'
import type { TaskInHand } from './task-in-hand.ts'

export interface ContinuationParts {
  readonly sender: Sender
  readonly results: ResultStore | null
}

/** The task on whose behalf something is sent. */
export interface Origin {
  readonly id: string
  readonly rootId: string | null
  readonly priority: number
  readonly children: Child[]
}

export function originOf({ message, children }: Pick<TaskInHand, 'message' | 'children'>): Origin {
  return { id: message.id, rootId: message.rootId, priority: message.priority, children }
}

/**
 * Sends the callbacks and the next step. What was sent is added to the children. Throws what sending throws. Undefined
 * when nothing follows.
 */
export function continueWith(
  parts: ContinuationParts,
  hand: Pick<TaskInHand, 'message' | 'children'>,
  value: unknown,
): Promise<void> | undefined {
  const { callbacks, chain } = hand.message.embed
  if ((callbacks === null || callbacks.length === 0) && (chain === null || chain.length === 0)) return
  return sendNext(parts, hand, value)
}

async function sendNext(
  parts: ContinuationParts,
  hand: Pick<TaskInHand, 'message' | 'children'>,
  value: unknown,
): Promise<void> {
  const { callbacks, chain } = hand.message.embed
  const origin = originOf(hand)
  for (const callback of together((callbacks ?? []).map(asNode))) await sendFrom(parts, origin, callback, [value])
  const next = chain?.at(-1)
  if (next !== undefined) await sendFrom(parts, origin, asNode(next), [value], { chain: chain?.slice(0, -1) ?? [] })
}

/** Several callbacks travel as one group; those that are groups go by themselves. */
function together(callbacks: readonly SignatureNode[]): readonly SignatureNode[] {
  if (callbacks.length < 2) return callbacks
  const single = callbacks.filter((sig) => !isGroup(sig))
  return [...callbacks.filter(isGroup), ...(single.length === 0 ? [] : [createGroup(single)])]
}

/** Sends a canvas as the child of a task. */
export async function sendFrom(
  { sender, results }: ContinuationParts,
  origin: Origin,
  sig: SignatureNode,
  args: readonly unknown[],
  options: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const { id, rootId, priority, children } = origin
  const inherited = sender.settings().inheritPriority ? { priority } : {}
  const given = { parent_id: id, root_id: rootId ?? id, ...inherited, ...options }
  // Steps and members that are sent on the way take their parent and root from the task that is current.
  await runAs({ id, rootId: rootId ?? id, priority, sender, children }, () =>
    applyNode(createDispatch({ sender, results }), sig, { args, options: given }),
  )
}
