/** What every task can do beside being sent: calls of it to be made later. */

import type { AsyncResult } from '../async-result.ts'
import { chunks, signature as createSignature, type SignatureParts, xmap, xstarmap } from './canvas.ts'
import type { CanvasApp } from './canvas-app.ts'
import type { ApplyOptions, Signature } from './signature.ts'

export interface TaskCanvas<A extends readonly unknown[] = readonly unknown[], R = unknown> {
  /** Runs it here and now, with its retries and handlers, instead of sending it. */
  apply(
    args?: readonly unknown[],
    kwargs?: Readonly<Record<string, unknown>>,
    options?: ApplyOptions,
  ): Promise<AsyncResult<Awaited<R>>>
  /**
   * This call, to be made later: for `link`, chains, groups and chords. What ran before it may give its first arguments,
   * so that each of these has the type of one of the parameters, not of the one in its place.
   */
  s(...args: A[number][]): Signature<AsyncResult<Awaited<R>>>
  /** The same, deaf to the result of what ran before. */
  si(...args: Partial<A>): Signature<AsyncResult<Awaited<R>>>
  /** With keyword arguments and options. */
  signature(parts?: Omit<SignatureParts, 'app'>): Signature
  /** This task over each element, within one task. */
  map(it: Iterable<unknown>): Signature
  /** This task over each element, which is the list of its arguments, within one task. */
  starmap(it: Iterable<readonly unknown[]>): Signature
  /** As starmap, in several tasks of `n` elements each. */
  chunks(it: Iterable<readonly unknown[]>, n: number): Signature
}

export function taskCanvas(app: CanvasApp, name: string): TaskCanvas {
  const task = () => createSignature(name, { app })
  return {
    apply: (args, kwargs, options) => ofTask(task()).apply(args, kwargs, options),
    s: (...args) => ofTask(createSignature(name, { app, args })),
    si: (...args) => ofTask(createSignature(name, { app, args, immutable: true })),
    signature: (parts = {}) => createSignature(name, { ...parts, app }),
    map: (it) => xmap(task(), it),
    starmap: (it) => xstarmap(task(), it),
    chunks: (it, n) => chunks(task(), it, n),
  }
}

/** A single task has a single result. */
function ofTask(sig: Signature): Signature<AsyncResult> {
  return sig as Signature<AsyncResult>
}
