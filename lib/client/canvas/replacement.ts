/** The canvas that takes the place of a running task: `self.replace(sig)` (wire.md F7, client-cli.md A8). Pure. */
import type { SignatureData } from '../../protocol/signature.ts'
import { celeryError } from '../celery-error.ts'
import type { TaskRequest } from '../task-request.ts'
import { pipe } from './build.ts'
import { cloneNode } from './clone.ts'
import { extend, link, linkError } from './link.ts'
import { asNode, createNode, isChain, isEmptyChain, isGroup, nodesOf, type SignatureNode, tasksOf } from './node.ts'
import { Signature } from './signature.ts'

/** What is sent in the place of the task that runs: under its id, with its links, and with what comes after it. */
export function replacementOf(request: TaskRequest, given: SignatureData): Signature {
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
  return Signature.from(whole, app)
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
