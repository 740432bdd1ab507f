/** Runs a canvas here and now, step by step (client-cli.md A6). */
import { randomUUID } from 'node:crypto'
import { EagerGroupResult } from '../eager-group-result.ts'
import { EagerResult } from '../eager-result.ts'
import type { CanvasApp } from './canvas-app.ts'
import { type CanvasTaskHome, registerCanvasTasks } from './canvas-tasks.ts'
import { cloneNode, type Extra, mergeCall } from './clone.ts'
import { runEagerly } from './eager-task.ts'
import { extend, withBodyCallbacks } from './link.ts'
import { callOf } from './map.ts'
import {
  createGroup,
  headerTasksOf,
  isChain,
  isChord,
  isEmptyChain,
  isEmptyGroup,
  isGroup,
  type SignatureNode,
  tasksOf,
  wholeBodyOf,
} from './node.ts'

export type Done = EagerResult | EagerGroupResult

export interface EagerExtra extends Extra {
  readonly throw?: boolean
}

/** Null for an empty chain. A chain or a chord throws what a step before its last one throws. */
export async function applyEagerly(
  app: CanvasTaskHome,
  given: SignatureNode,
  extra: EagerExtra = {},
): Promise<Done | null> {
  registerCanvasTasks(app)
  const { node } = callOf(given, extra)
  return applyNode(app, node, extra)
}

async function applyNode(app: CanvasApp, node: SignatureNode, extra: EagerExtra): Promise<Done | null> {
  if (isChain(node)) return applyChain(app, node, extra)
  if (isGroup(node)) return applyGroup(app, node, extra)
  if (isChord(node)) return applyChord(app, node, extra)
  const { args, kwargs, options } = mergeCall(node, extra)
  return runEagerly(app, {
    name: node.task,
    args,
    kwargs,
    options,
    ...(extra.throw === undefined ? {} : { throw: extra.throw }),
  })
}

/** A link of the chain hangs on its last step that is not an empty group; errbacks hang on each. */
async function applyChain(app: CanvasApp, chain: SignatureNode, extra: EagerExtra): Promise<Done | null> {
  const { link, task_id: id, ...options } = { ...chain.options, ...extra.options }
  const tasks = tasksOf(chain)
  const steps = tasks.filter((task) => !isEmptyGroup(task))
  const shown = steps.length === 0 ? tasks.slice(-1) : steps
  let last: Done | null = null
  for (const [index, task] of shown.entries()) {
    const step = cloneNode(task)
    const isLast = index === shown.length - 1
    if (isLast && link != null) extend(isChord(step) ? wholeBodyOf(step) : step, 'link', link)
    const call = last === null ? { args: extra.args ?? [], kwargs: extra.kwargs ?? {} } : { args: [last.take()] }
    const own = isLast && id != null ? { ...options, task_id: id } : options
    const result = await applyNode(app, step, { ...extra, kwargs: {}, ...call, options: own })
    if (result === null) continue
    const stopped: boolean = result instanceof EagerResult && ['IGNORED', 'REJECTED'].includes(await result.state())
    last = result.after(last)
    if (stopped) break
  }
  return last
}

async function applyGroup(app: CanvasApp, group: SignatureNode, extra: EagerExtra): Promise<EagerGroupResult> {
  const { task_id: id, chord: _, group_id: __, group_index: ___, ...options } = { ...group.options, ...extra.options }
  const results: Done[] = []
  for (const task of flat(group)) {
    const result = await applyNode(app, cloneNode(task), { ...extra, options })
    if (result !== null) results.push(result)
  }
  return new EagerGroupResult(typeof id === 'string' ? id : randomUUID(), results, app)
}

function flat(group: SignatureNode): SignatureNode[] {
  return tasksOf(group).flatMap((task) => (isGroup(task) ? flat(task) : isEmptyChain(task) ? [] : [task]))
}

async function applyChord(app: CanvasApp, chord: SignatureNode, extra: EagerExtra): Promise<Done | null> {
  const options = { ...chord.options, ...extra.options }
  const { args = [], kwargs = {} } = extra
  const body = withBodyCallbacks(cloneNode(wholeBodyOf(chord)), options, { errbacksOnHeader: false })
  const header = createGroup(headerTasksOf(chord).map((task) => cloneNode(task)))
  const values = (await applyGroup(app, header, { args, kwargs })).take()
  const { task_id: id } = options
  const ownId = typeof id === 'string' ? { options: { task_id: id } } : {}
  return applyNode(app, body, { args: [values], ...ownId })
}
