/** What a task's end sets off: callbacks, the next step of its chain, errbacks (worker-beat.md 2.6). */
import { randomUUID } from 'node:crypto'
import type { CallOptions } from '../lib/client/call-options.ts'
import { argumentsOn, callOptionsOf, readSignature, signaturesOf } from '../lib/client/canvas/signature.ts'
import { type Sender, sendTask } from '../lib/client/send.ts'
import type { Signature } from '../lib/protocol/signature.ts'
import { celeryError } from './celery-error.ts'
import type { TaskInHand } from './task-in-hand.ts'

/** Sends the callbacks and the next step. Ids of what was sent are added to the children. Throws what sending throws. */
export async function continueWith(sender: Sender, hand: TaskInHand, value: unknown): Promise<void> {
  const { embed } = hand.message
  const callbacks = signaturesOf(embed.callbacks ?? [])
  // Several callbacks travel as a group, as Celery sends them.
  const groupId = callbacks.length > 1 ? randomUUID() : null
  for (const [index, callback] of callbacks.entries()) {
    const grouped: CallOptions = groupId === null ? {} : { groupId, groupIndex: index }
    await apply(sender, hand, callback, [value], grouped)
  }
  const steps = embed.chain ?? []
  const next = readSignature(steps.at(-1))
  if (next === null) return
  const rest = signaturesOf(steps.slice(0, -1))
  await apply(sender, hand, next, [value], rest.length === 0 ? {} : { chain: rest })
}

/** Errbacks get the id of the task that failed: functions of other processes cannot be called here (wire.md F5). */
export async function sendErrbacks(sender: Sender, hand: TaskInHand): Promise<void> {
  for (const errback of signaturesOf(hand.message.embed.errbacks ?? [])) {
    await apply(sender, hand, errback, [hand.message.id], {})
  }
}

/** Ids of the chain's later steps: none of them will run any more, and somebody may wait for the last. */
export function laterStepIds({ message: { embed } }: TaskInHand): readonly string[] {
  const ids = signaturesOf(embed.chain ?? []).map(({ options }) => options['task_id'])
  return ids.filter((id) => typeof id === 'string')
}

async function apply(
  sender: Sender,
  hand: TaskInHand,
  sig: Signature,
  leading: readonly unknown[],
  extra: CallOptions,
): Promise<void> {
  switch (sig.subtask_type) {
    case 'chain':
      return applyChain(sender, hand, sig, leading, extra)
    case 'group':
      return applyGroup(sender, hand, sig, leading, extra)
    case 'chord':
      throw celeryError(
        'NotImplementedError',
        ['A chord follows this task, and Umbel workers cannot start chords yet. Run it on a Python worker.'],
        'builtins',
      )
    default: {
      const { id, rootId } = hand.message
      const options = { ...callOptionsOf(sig), ...extra, parentId: id, rootId: rootId ?? id }
      const args = argumentsOn(sig, leading)
      hand.children.push(await sendTask(sender, { name: sig.task, args, kwargs: sig.kwargs, options }))
    }
  }
}

/** The first step is sent and carries the rest, last step first; what came after the chain comes after its last step. */
async function applyChain(
  sender: Sender,
  hand: TaskInHand,
  sig: Signature,
  leading: readonly unknown[],
  extra: CallOptions,
): Promise<void> {
  const [first, ...later] = tasksOf(sig)
  if (first === undefined) return
  const chain = [...(extra.chain ?? []), ...later.reverse()]
  await apply(sender, hand, first, leading, chain.length === 0 ? {} : { chain })
}

async function applyGroup(
  sender: Sender,
  hand: TaskInHand,
  sig: Signature,
  leading: readonly unknown[],
  extra: CallOptions,
): Promise<void> {
  if (extra.chain !== undefined) {
    throw celeryError(
      'NotImplementedError',
      ['A group with a step after it is a chord, and Umbel workers cannot start chords yet.'],
      'builtins',
    )
  }
  const { task_id: given } = sig.options
  const groupId = typeof given === 'string' ? given : randomUUID()
  for (const [groupIndex, member] of tasksOf(sig).entries()) {
    await apply(sender, hand, member, leading, { groupId, groupIndex })
  }
}

function tasksOf(sig: Signature): Signature[] {
  return [...signaturesOf(sig.kwargs['tasks'] ?? [])]
}
