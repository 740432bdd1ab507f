/** One task over many arguments: celery.map, celery.starmap and celery.chunks (wire.md F8, client-cli.md A8). Pure. */
import type { Extra } from './clone.ts'
import { asNode, createGroup, createNode, isNode, type SignatureNode } from './node.ts'

/** `[task(x) for x in it]` within one task. */
export function createMap(task: SignatureNode, it: Iterable<unknown>): SignatureNode {
  return createNode('celery.map', { kwargs: { task, it: [...it] }, immutable: true })
}

/** `[task(*x) for x in it]` within one task. */
export function createStarmap(task: SignatureNode, it: Iterable<readonly unknown[]>): SignatureNode {
  return createNode('celery.starmap', { kwargs: { task, it: [...it] }, immutable: true })
}

/** Several starmaps of `n` elements each. */
export function createChunks(task: SignatureNode, it: Iterable<readonly unknown[]>, n: number): SignatureNode {
  if (!Number.isSafeInteger(n) || n < 1) throw new RangeError('chunks need a size of at least 1')
  return createNode('celery.chunks', { kwargs: { task, it: [...it], n }, immutable: true })
}

export function chunkGroup({ kwargs }: SignatureNode): SignatureNode {
  const { task, it, n } = kwargs
  const elements: readonly unknown[][] = Array.isArray(it) ? it : []
  const size = Math.max(1, Number(n))
  const parts = Array.from({ length: Math.ceil(elements.length / size) }, (_, index) =>
    createStarmap(asNode(task), elements.slice(index * size, (index + 1) * size)),
  )
  return createGroup(parts)
}

/** What is sent for a signature: chunks are cut here, a map goes where its task goes. */
export function callOf(node: SignatureNode, extra: Extra): { readonly node: SignatureNode; readonly extra: Extra } {
  const { task } = node.kwargs
  if (!isMap(node.task) || !isNode(task)) return { node, extra }
  if (node.task === 'celery.chunks') return { node: chunkGroup(node), extra }
  return { node, extra: { options: { route_name: asNode(task).task, ...extra.options } } }
}

function isMap(name: string): boolean {
  return name === 'celery.map' || name === 'celery.starmap' || name === 'celery.chunks'
}
