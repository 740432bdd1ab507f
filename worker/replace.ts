/** `self.replace(sig)` and `self.addToChord(sig)` (wire.md F7, client-cli.md A8, worker-beat.md 2.10). */
import type { CanvasResult } from '../lib/client/canvas/canvas-result.ts'
import { replacementOf } from '../lib/client/canvas/replacement.ts'
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
  const replacement = replacementOf(request, given)
  await onReplace?.(replacement)
  await replacement.applyAsync()
  throw new Ignore('Replaced by new task')
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
