/** Sends the tasks of a canvas by the connections of an app, or of the worker in which the canvas is sent. */
import { randomUUID } from 'node:crypto'
import { UmbelError } from '../../errors.ts'
import type { ResultStore } from '../../results/results.ts'
import { currentTask } from '../current-task.ts'
import { checkCall } from '../params.ts'
import { type Sender, sendTask } from '../send.ts'
import type { Compiled } from '../settings/compile.ts'
import type { ChordOptions, Dispatch, OutgoingTask } from './apply.ts'
import type { CanvasApp } from './canvas-app.ts'
import type { FreezeRules } from './freeze.ts'
import { type SignatureNode, textOption } from './node.ts'
import { callOptionsOf } from './option-names.ts'
import { type ResultNode, tupleOf } from './result-node.ts'

/** Stands in `reply_to` where results are stored, as Celery has it. */
const nobody = randomUUID()

/** Known to every app, registered or not. */
const BUILT_IN = new Set(['celery.map', 'celery.starmap', 'celery.chunks', 'celery.accumulate'])

export interface Route {
  readonly sender: Sender
  /** Of the app, where there is one. */
  readonly oid?: string
  readonly results: ResultStore | null
}

/** `replyTo`: the queue in which this program reads results of the RPC backend. */
export function freezeRulesOf({ protocol, errbacksOnHeader }: Compiled, replyTo: string): FreezeRules {
  return { newId: randomUUID, replyTo, linksSteps: protocol === 1, errbacksOnHeader }
}

/** What the app sends by; inside a task that runs, what its worker sends by. */
export async function routeOf(app: CanvasApp): Promise<Route> {
  const links = await app.links()
  return { sender: currentTask()?.sender ?? app.senderOf(links), results: links.results, oid: app.oid }
}

export function createDispatch({ sender, results, oid = nobody }: Route): Dispatch {
  return {
    ...freezeRulesOf(sender.settings(), sender.replyTo || oid),
    async send({ name, args, kwargs, options }: OutgoingTask) {
      const task = sender.task(name)
      if (task !== null && task.options.typing !== false && task.parameters !== null) {
        checkCall(task.parameters, args, kwargs)
      }
      const ignoreResult = BUILT_IN.has(name) ? sender.settings().ignoreResult : undefined
      const given = { ...(ignoreResult === undefined ? {} : { ignoreResult }), ...callOptionsOf(options) }
      return sendTask(sender, { name, args, kwargs, options: given })
    },
    async beginChord(header, body, options) {
      const store = storeFor(results)
      if (store.replyTo) throw noChords(store)
      if (!store.supports.chords) return pollChord(sender, header, body, options)
      // A header with groups inside gives the body their values as lists: the saved group knows the shape.
      if (!header.results?.some(({ results: inner }) => inner !== null)) return
      const [, members] = tupleOf(header)
      const group = { id: header.id, results: members ?? [], parent: null }
      await store.saveGroup(group, sender.settings().chordExpiresMs)
    },
    async setChordSize(groupId, size) {
      await storeFor(results).chords?.setSize(groupId, size)
    },
    addToTrail(result) {
      currentTask()?.children.push(tupleOf(result))
    },
  }
}

function storeFor(results: ResultStore | null): ResultStore {
  if (results !== null) return results
  throw new UmbelError('option/invalid', {
    option: 'result_backend',
    value: 'nothing',
    expected: 'the URL of a result backend: a chord needs one to know when its header is complete',
  })
}

function noChords({ url }: ResultStore): UmbelError {
  const expected = 'a backend that stores results, for a chord (also a group with a task after it) to be complete'
  return new UmbelError('option/invalid', { option: 'result_backend', value: url, expected })
}

/** Where the backend cannot count, a task looks every now and then whether the header is ready (wire.md F4). */
async function pollChord(
  sender: Sender,
  header: ResultNode,
  body: SignatureNode,
  { interval, maxRetries }: ChordOptions,
): Promise<void> {
  const { options } = body
  const own = sender.task(body.task)?.options ?? {}
  const places = ['exchange', 'exchange_type', 'routing_key', 'headers'].filter((name) => options[name] != null)
  const kept = Object.fromEntries(places.map((name) => [name, options[name]]))
  const [, members] = tupleOf(header)
  await sendTask(sender, {
    name: 'celery.chord_unlock',
    args: [header.id, body],
    kwargs: {
      interval,
      max_retries: maxRetries,
      result: members ?? [],
      _chord_unlock_exchange_type: kept['exchange_type'] ?? 'direct',
    },
    options: callOptionsOf({
      ignore_result: true,
      ...kept,
      countdown: 1,
      queue: textOption(body, 'queue') ?? own.queue ?? null,
      route_name: body.task,
      priority: options['priority'] ?? own.priority ?? 0,
    }),
  })
}
