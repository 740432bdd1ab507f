/** `self.replace(sig)` and `self.addToChord(sig)` (wire.md F7, client-cli.md A8, worker-beat.md 2.10). */
import { pipe } from '../lib/client/canvas/build.ts'
import type { CanvasResult } from '../lib/client/canvas/canvas-result.ts'
import { cloneNode } from '../lib/client/canvas/clone.ts'
import { extend, link, linkError } from '../lib/client/canvas/link.ts'
import {
  asNode,
  createNode,
  isChain,
  isEmptyChain,
  isGroup,
  nodesOf,
  type SignatureNode,
  tasksOf,
} from '../lib/client/canvas/node.ts'
import { Signature } from '../lib/client/canvas/signature.ts'
import type { TaskRequest } from '../lib/client/task-request.ts'
import { UmbelError } from '../lib/errors.ts'
import { Ignore } from '../lib/protocol/exceptions.ts'
import type { SignatureData } from '../lib/protocol/signature.ts'
import { celeryError } from './celery-error.ts'

/** Sends `sig` in the place of the task that runs, under its id. Always rejects with Ignore: the task ends here. */
export async function replaceTask(
  request: TaskRequest,
  given: SignatureData,
  onReplace: ((sig: Signature) => unknown) | undefined,
): Promise<never> {
  const { app } = Signature.from(given, null)
  const rules = { errbacksOnHeader: app.compiled.errbacksOnHeader }
  const sig = Signature.from(withLinks(withValue(asNode(given)), request, rules), app)
  sig.freeze(request.id)
  const nesting = request.replacedTaskNesting + 1
  Object.assign(sig.options, {
    chord: request.chord,
    group_id: request.group,
    group_index: request.groupIndex,
    root_id: request.rootId,
    replaced_task_nesting: nesting,
  })
  if (isChain(sig)) for (const step of tasksOf(sig)) step.options['replaced_task_nesting'] = nesting
  let whole: SignatureNode = sig
  for (const step of nodesOf(request.chain).reverse()) {
    const later = cloneNode(step, { options: { replaced_task_nesting: nesting } })
    whole = pipe(whole, later)
  }
  const replacement = Signature.from(whole, app)
  await onReplace?.(replacement)
  await replacement.applyAsync()
  throw new Ignore('Replaced by new task')
}

/** What ends in a group has no single value: the body of a chord gives back the list of them. */
function withValue(sig: SignatureNode): SignatureNode {
  if (sig.options['chord'] != null) throw improper('A signature replacing a task must not be part of a chord')
  if (isEmptyChain(sig)) throw improper('Cannot replace with an empty chain')
  if (isGroup(sig)) return pipe(sig, accumulate())
  const steps = isChain(sig) ? tasksOf(sig) : []
  const last = steps.at(-1)
  if (last !== undefined && isGroup(last)) steps[steps.length - 1] = pipe(last, accumulate())
  return sig
}

function withLinks(
  sig: SignatureNode,
  { callbacks, errbacks }: TaskRequest,
  rules: { readonly errbacksOnHeader: boolean },
): SignatureNode {
  for (const callback of nodesOf(callbacks)) link(sig, callback)
  for (const errback of nodesOf(errbacks)) linkError(sig, errback, rules)
  const last = isChain(sig) ? tasksOf(sig).at(-1) : undefined
  if (last !== undefined && 'link' in sig.options) {
    // On the chain they would run at its end once, and at the end of what is chained on below once more.
    extend(last, 'link', sig.options['link'])
    delete sig.options['link']
  }
  return sig
}

function accumulate(): SignatureNode {
  return createNode('celery.accumulate', { kwargs: { index: 0 } })
}

function improper(text: string): Error {
  return celeryError('ImproperlyConfigured', [text])
}

/** One more task in the header whose part this task is. `lazy` leaves the sending to the caller. */
export async function addToChord(
  request: TaskRequest,
  given: SignatureData,
  { lazy = false }: { readonly lazy?: boolean } = {},
): Promise<CanvasResult | Signature> {
  const { chord, group, groupIndex, rootId } = request
  if (chord === null || group === null) {
    throw celeryError('ValueError', ['Current task is not member of any chord'], 'builtins')
  }
  const sig = Signature.from(given, null)
  Object.assign(sig.options, { group_id: group, group_index: groupIndex, chord, root_id: rootId })
  sig.freeze()
  const { results } = await sig.app.links()
  if (results === null || results.chords === null) {
    const expected = 'a result backend that counts the parts of chords, such as redis://'
    throw new UmbelError('option/invalid', { option: 'result_backend', value: results?.url ?? 'nothing', expected })
  }
  await results.chords.addToSize(group, 1)
  return lazy ? sig : sig.applyAsync()
}
