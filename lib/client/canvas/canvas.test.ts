/** Every canvas as the real Celery has it: the object, the messages in their order, the sizes of chords, the results. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { decodeBody } from '../../protocol/body.ts'
import type { SignatureData } from '../../protocol/signature.ts'
import { nodeCodecs } from '../../runtime/codecs.ts'
import { createRuntime } from '../../runtime/runtime.ts'
import { Celery } from '../celery.ts'
import { applyNode } from './apply.ts'
import { chain, chord, chunks, group, xmap, xstarmap } from './canvas.ts'
import { createDispatch } from './dispatch.ts'
import { callOf } from './map.ts'
import { asNode, createNode } from './node.ts'
import { tupleOf } from './result-node.ts'
import { Signature } from './signature.ts'
import type { StampingVisitor } from './stamp.ts'

type Expr = readonly [string, ...unknown[]]
interface Vector {
  readonly expr: Expr
  readonly call?: { readonly args?: readonly unknown[]; readonly options?: Record<string, unknown> }
  readonly error?: string
  readonly text?: string
}

const recorded = JSON.parse(readFileSync(new URL('../../../tests/vectors/canvas.json', import.meta.url), 'utf8'))

function appWith(settings: Record<string, unknown> = {}): Celery {
  const app = new Celery('tasks', { task_routes: { routed: { queue: 'elsewhere' } }, ...settings })
  for (const name of ['add', 'tsum', 'ident', 'err', 'routed']) app.task(name, {}, () => null)
  app.task('own', { queue: 'own_queue', priority: 4 }, () => null)
  return app
}

const visitor: StampingVisitor = {
  onSignature: (sig) => ({ sig: sig.task }),
  onGroupStart: (node) => ({ in_group: new Signature(node).tasks.length }),
  onChainStart: () => ({ in_chain: true }),
  onChordBody: () => ({ body: 'yes' }),
  onCallback: () => ({ callback: 1 }),
  onErrback: () => ({ errback: 2, stamped_headers: ['errback'] }),
}

/** The language of tests/vectors/record_canvas.py. */
function build(app: Celery, [kind, ...rest]: Expr): Signature {
  const sub = (expr: unknown) => build(app, expr as Expr)
  const [first, second, third] = rest
  switch (kind) {
    case 't':
    case 'ti': {
      const [name, args = [], options = {}] = rest as [string, unknown[]?, Record<string, unknown>?]
      return new Signature(createNode(name, { args, options: { ...options }, immutable: kind === 'ti' }), app)
    }
    case 'chain':
      return chain(...rest.map(sub))
    case 'chainlist':
      return chain(rest.map(sub))
    case 'group':
      return group(...rest.map(sub))
    case 'grouplist':
      return group(rest.map(sub))
    case 'chord': {
      const header = first as readonly unknown[]
      const isList = header.length === 0 || Array.isArray(header[0])
      return chord(isList ? header.map(sub) : sub(header), sub(second))
    }
    case '|': {
      const [left, ...others] = rest.map(sub)
      if (left === undefined) throw new Error('nothing to pipe')
      return others.reduce((whole, other) => whole.pipe(other), left)
    }
    case 'link':
    case 'link_error': {
      const sig = sub(first)
      for (const other of rest.slice(1)) kind === 'link' ? sig.link(sub(other)) : sig.linkError(sub(other))
      return sig
    }
    case 'set': {
      const sig = sub(first)
      Object.assign(sig.options, second)
      return sig
    }
    case 'clone': {
      const { priority, queue } = third as { priority?: number; queue?: string }
      return sub(first).clone(second as unknown[], {}, { ...(priority && { priority }), ...(queue && { queue }) })
    }
    case 'immutable':
      return sub(first).setImmutable(true)
    case 'freeze': {
      const sig = sub(first)
      sig.freeze()
      return sig
    }
    case 'stamp':
      return sub(first).stamp(second as Record<string, unknown>, { append: third === true })
    case 'visit':
      return sub(first).stamp(visitor, { append: second === true })
    case 'json':
      return app.signature(JSON.parse(JSON.stringify(sub(first))) as SignatureData)
    case 'map':
      return xmap(sub(first), second as unknown[])
    case 'starmap':
      return xstarmap(sub(first), second as unknown[][])
    case 'chunks':
      return chunks(sub(first), second as unknown[][], third as number)
    default:
      throw new Error(`unknown ${kind}`)
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** As the recorder does it: ids by the order of their appearance, keys sorted. */
function numbered(value: unknown): unknown {
  const seen = new Map<string, number>()
  const walk = (part: unknown): unknown => {
    if (typeof part === 'string' && UUID.test(part)) {
      if (!seen.has(part)) seen.set(part, seen.size)
      return `#${seen.get(part)}`
    }
    if (Array.isArray(part)) return part.map(walk)
    if (typeof part !== 'object' || part === null) return part
    const entries = Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))
    return Object.fromEntries(
      entries.map(([key, item]) => [
        key,
        key === 'stamped_headers' && Array.isArray(item) ? item.toSorted() : walk(item),
      ]),
    )
  }
  return walk(JSON.parse(JSON.stringify(value)))
}

const SHOWN = [
  'id',
  'group',
  'group_index',
  'root_id',
  'parent_id',
  'timelimit',
  'shadow',
  'retries',
  'ignore_result',
  'replaced_task_nesting',
  'stamped_headers',
  'stamps',
  'my',
]

/** Sends a canvas into nothing, and tells what was sent. */
async function play(app: Celery, { expr, call = {} }: Vector, native = true): Promise<unknown> {
  const events: unknown[] = []
  const runtime = createRuntime()
  const sender = app.senderOf({
    runtime,
    // Only what sending asks of a broker.
    broker: {
      status: () => ({ state: 'ready' }),
      bindings: { bind: async () => {} },
      publish: async (queue: string, envelope: Parameters<typeof decodeBody>[0]) => {
        const [args, kwargs, embed] = decodeBody(envelope, { codecs: nodeCodecs, accept: ['json'] }) as unknown[]
        const { headers, properties } = envelope
        const shown = SHOWN.filter((name) => name in headers).map((name) => [name, headers[name]])
        events.push({
          message: headers['task'],
          queue,
          args,
          kwargs,
          embed,
          delayed: headers['eta'] !== null,
          expires: headers['expires'] !== null,
          priority: properties.priority,
          ...Object.fromEntries(shown),
        })
      },
    } as never,
  })
  const results = {
    supports: { chords: native },
    chords: native ? { setSize: async (id: string, size: number) => void events.push({ chord: id, size }) } : null,
    saveGroup: async ({ id, results: members }: { id: string; results: unknown }) =>
      void events.push({ saved: [[id, null], members] }),
  } as never
  const sig = build(app, expr)
  const built = JSON.parse(JSON.stringify(sig))
  const { link, link_error: linkError, chord: body, chain: after, ...rest } = call.options ?? {}
  const node = (value: unknown) => asNode(build(app, value as Expr))
  const options = {
    ...rest,
    ...(link === undefined ? {} : { link: node(link) }),
    ...(linkError === undefined ? {} : { link_error: node(linkError) }),
    ...(body === undefined ? {} : { chord: node(body) }),
    ...(after === undefined ? {} : { chain: (after as Expr[]).map(node) }),
  }
  const { node: sent, extra } = callOf(sig, { args: call.args ?? [], options })
  const result = await applyNode(createDispatch({ sender, results }), sent, extra)
  const seen = { '2 sent': events, '3 result': result === null ? null : tupleOf(result) }
  return numbered(Object.keys(call).length === 0 ? { '1 built': built, ...seen } : seen)
}

/** Where two plain values differ first: a path and both sides. */
function firstDifference(got: unknown, expected: unknown, path = ''): string | null {
  if (Object.is(got, expected)) return null
  const isObject = typeof got === 'object' && got !== null && typeof expected === 'object' && expected !== null
  if (!isObject) return `${path}: ${JSON.stringify(got)} instead of ${JSON.stringify(expected)}`
  for (const key of new Set([...Object.keys(expected), ...Object.keys(got)])) {
    const [left, right] = [got, expected].map((side) => (side as Record<string, unknown>)[key])
    const found = firstDifference(left, right, `${path}/${key}`)
    if (found !== null) return found
  }
  return null
}

async function compare(vectors: readonly Vector[], app: Celery, native = true): Promise<void> {
  const wrong: string[] = []
  for (const vector of vectors) {
    const { expr, call, error, text, ...expected } = vector
    const got: unknown = await play(app, vector, native).catch((thrown: unknown) => ({ thrown: String(thrown) }))
    if (error === undefined && 'thrown' in (got as object))
      wrong.push(`${JSON.stringify({ expr, call })}: ${(got as { thrown: string }).thrown}`)
    else if (error !== undefined) {
      if (!('thrown' in (got as object))) wrong.push(`${JSON.stringify({ expr, call })}: no ${error}: ${text}`)
      continue
    }
    const found = firstDifference(got, expected)
    if (found !== null) wrong.push(`${JSON.stringify({ expr, call })}: ${found}`)
  }
  if (wrong.length) console.log(wrong.slice(0, Number(process.env['MAX'] ?? 3)))
  expect(wrong).toEqual([])
}

test('canvases of all kinds are built and sent as by Celery', () => compare(recorded.vectors, appWith()))
test('errbacks on headers', () => compare(recorded.onHeader, appWith({ task_allow_error_cb_on_chord_header: true })))
test('chords that are polled for', () => compare(recorded.polled, appWith(), false))
