/** How many parts a chord waits for (client-cli.md A8, "Ids and counters"). Pure. */
import { isChain, isChord, isGroup, type SignatureNode, tasksOf, wholeBodyOf } from './node.ts'

/** Completions that a signature amounts to: a group its members, a chain its last step with any, a chord its body. */
export function partsOf(node: SignatureNode): number {
  if (isGroup(node)) return sum(tasksOf(node))
  if (isChord(node)) return partsOf(wholeBodyOf(node))
  if (!isChain(node)) return 1
  return tasksOf(node).reduceRight((found, step) => (found > 0 ? found : partsOf(step)), 0)
}

function sum(tasks: readonly SignatureNode[]): number {
  return tasks.reduce((total, task) => total + partsOf(task), 0)
}
