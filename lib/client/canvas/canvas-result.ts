/** The results of a canvas as objects that a program can wait for. */
import type { AsyncResult } from '../async-result.ts'
import type { CanvasApp } from './canvas-app.ts'
import type { ResultNode } from './result-node.ts'

export function resultOf(app: CanvasApp, node: ResultNode): AsyncResult {
  return app.result(node.id)
}
