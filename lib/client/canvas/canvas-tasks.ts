/** The tasks that canvases need wherever they run (wire.md F8, worker-beat.md 2.14). */

import { celeryError } from '../celery-error.ts'
import { bindParams } from '../params.ts'
import type { TaskContext } from '../task-context.ts'
import type { TaskOptions } from '../task-options.ts'
import { applyNode } from './apply.ts'
import type { CanvasApp } from './canvas-app.ts'
import { createDispatch, routeOf } from './dispatch.ts'
import { chunkGroup, createChunks } from './map.ts'
import { asNode, createChord, createGroup, nodesOf, type SignatureNode } from './node.ts'
import { type ResultTuple, tupleOf } from './result-node.ts'

/** An app, where tasks can be registered. */
export interface CanvasTaskHome extends CanvasApp {
  task(name: string, options: TaskOptions, handler: unknown): unknown
}

/** Those that the app has defined itself stay. */
export function registerCanvasTasks(app: CanvasTaskHome): void {
  const define = (name: string, options: TaskOptions, handler: unknown): void => {
    if (!app.tasks.has(name)) app.task(name, options, handler)
  }

  define('celery.accumulate', { params: ['*args', '**kwargs'] }, (args: readonly unknown[], kwargs: Kwargs) => {
    const { index } = kwargs
    return typeof index === 'number' ? args[index] : args
  })

  define('celery.map', { bind: true, params: ['task', 'it'] }, (self: TaskContext, task: unknown, it: unknown) =>
    overEach(app, self, task, it, (item) => [item]),
  )

  define('celery.starmap', { bind: true, params: ['task', 'it'] }, (self: TaskContext, task: unknown, it: unknown) =>
    overEach(app, self, task, it, (item) => (Array.isArray(item) ? item : [item])),
  )

  define('celery.chunks', { params: ['task', 'it', 'n'] }, (task: unknown, it: unknown, n: unknown) =>
    send(app, chunkGroup(createChunks(asNode(task), Array.isArray(it) ? it : [], Number(n)))),
  )

  define(
    'celery.group',
    { params: ['tasks', 'result', 'group_id', 'partial_args', 'add_to_parent'], defaults: { add_to_parent: true } },
    async (tasks: unknown, result: unknown, groupId: unknown, args: unknown) => {
      const group = createGroup(nodesOf(tasks), { task_id: groupId })
      await send(app, group, Array.isArray(args) ? args : [])
      return result
    },
  )

  define('celery.chain', { params: ['*args', '**kwargs'] }, () => {
    throw celeryError('NotImplementedError', ['chain is not a real task'], 'builtins')
  })

  define(
    'celery.chord',
    { params: ['header', 'body', 'partial_args', '**kwargs'], defaults: { partial_args: [] }, ignoreResult: false },
    (header: unknown, body: unknown, args: unknown) => {
      const tasks = Array.isArray(header) ? nodesOf(header) : asNode(header)
      return send(app, createChord(tasks, asNode(body)), Array.isArray(args) ? args : [])
    },
  )
}

type Kwargs = Readonly<Record<string, unknown>>

/** One after the other, in this process. */
async function overEach(
  app: CanvasApp,
  self: TaskContext,
  given: unknown,
  it: unknown,
  argsOf: (item: unknown) => readonly unknown[],
): Promise<unknown[]> {
  const { task: name } = asNode(given)
  const task = app.tasks.get(name)
  if (task === undefined) throw celeryError('NotRegistered', [name])
  const values: unknown[] = []
  for (const item of Array.isArray(it) ? it : []) {
    const args = task.parameters === null ? argsOf(item) : bindParams(task.parameters, argsOf(item), {})
    values.push(await (task.options.bind === true ? task.handler(self, ...args) : task.handler(...args)))
  }
  return values
}

/** Its value is the result of what was sent, as a tuple. */
async function send(app: CanvasApp, node: SignatureNode, args: readonly unknown[] = []): Promise<ResultTuple | null> {
  const result = await applyNode(createDispatch(await routeOf(app)), node, { args })
  return result === null ? null : tupleOf(result)
}
