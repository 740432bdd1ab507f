/** The results of a canvas as objects that a program can wait for. */
import type { AsyncResult } from '../async-result.ts'
import type { GroupResult } from '../group-result.ts'
import { resultFromTuple } from '../result-nodes.ts'
import type { CanvasApp } from './canvas-app.ts'
import { type ResultNode, tupleOf } from './result-node.ts'

export type CanvasResult = AsyncResult | GroupResult

export function resultOf(app: CanvasApp, node: ResultNode): CanvasResult {
  const found = resultFromTuple(tupleOf(node), app)
  // A result node always makes a tuple that can be read.
  return found as CanvasResult
}
