/** Which queue a task goes to: task_routes in all of Celery's forms (client-cli.md A4). Pure. */
import { matchesGlob } from '../protocol/glob.ts'
import { faultOfCallOptions } from './call-option-kinds.ts'
import type { CallOptions } from './call-options.ts'

/** Celery's names (`routing_key`) or their camelCase. */
export interface RouteOptions {
  readonly queue?: string
  readonly exchange?: string
  readonly routing_key?: string
  readonly priority?: number
  readonly serializer?: string
  readonly [option: string]: unknown
}

export type Route = string | RouteOptions
export type RouteFunction = (
  name: string,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
  options: Readonly<CallOptions>,
  /** The task, where it is registered in this program. */
  task: unknown,
) => Route | null | undefined

/** An object that answers, as Celery's routers before 4.0. */
export type RouterObject =
  | { readonly routeForTask: RouteForTask }
  | {
      readonly route_for_task: RouteForTask
    }
type RouteForTask = (
  name: string,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
) => Route | null | undefined

/** A name; with `*` in it a glob; or a regular expression, which need not match to the end. */
export type RoutePattern = readonly [pattern: string | RegExp, route: Route]
type RouteMap = Readonly<Record<string, Route>> | ReadonlyMap<string | RegExp, Route>
type RoutePart = RouteMap | RouteFunction | RouterObject | RoutePattern | readonly RoutePattern[]
export type TaskRoutes = RoutePart | readonly RoutePart[]

export interface Call {
  readonly name: string
  readonly args: readonly unknown[]
  readonly kwargs: Readonly<Record<string, unknown>>
  readonly options: Readonly<CallOptions>
  readonly task?: unknown
}

export interface Router {
  /** The options of the first router with an answer; null when none has one. `{}` is an answer. */
  (call: Call): CallOptions | null
  /** The answer depends on the name only, so that it may be kept. */
  readonly byNameOnly: boolean
}

type Answer = (call: Call) => CallOptions | null

/** Patterns are compiled once here, not per message. */
export function createRouter(routes: TaskRoutes | null): Router {
  const parts = partsOf(routes)
  const routers = parts.map(routerOf)
  const byNameOnly = parts.every((part) => typeof part !== 'function' && objectRouter(part) === null)
  const route: Answer = (call) => {
    for (const router of routers) {
      const found = router(call)
      if (found !== null) return found
    }
    return null
  }
  return Object.assign(route, { byNameOnly })
}

/** What task_routes should have had where a value cannot be right; null when it can. */
export function faultOfRoutes(routes: unknown): string | null {
  for (const part of partsOf(routes)) {
    if (typeof part === 'function' || objectRouter(part) !== null) continue
    const entries = entriesOf(part)
    if (entries === null) return 'an object, a list of pairs, a function or an object with routeForTask as router'
    for (const [pattern, route] of entries) {
      if (typeof pattern !== 'string' && !(pattern instanceof RegExp)) return 'a text or a RegExp as pattern'
      const isRoute = typeof route === 'string' || (typeof route === 'object' && route !== null)
      if (!isRoute) return `a queue name or an object of options for ${pattern}`
      const fault = typeof route === 'string' ? null : faultOfCallOptions(optionsOf(route) ?? {})
      if (fault !== null) return `${fault} in the route of ${pattern}`
    }
  }
  return null
}

/** A list is a list of routers, unless it is one pair or all pairs: those Celery cannot read (it takes them apart). */
function partsOf(routes: unknown): readonly unknown[] {
  if (routes === null || routes === undefined) return []
  if (!Array.isArray(routes)) return [routes]
  return isPair(routes) ? [[routes]] : routes.map((part: unknown) => (isPair(part) ? [part] : part))
}

function isPair(value: unknown): value is readonly [string | RegExp, unknown] {
  return Array.isArray(value) && value.length === 2 && (typeof value[0] === 'string' || value[0] instanceof RegExp)
}

function routerOf(part: unknown): Answer {
  if (typeof part === 'function') {
    // A function among the routes is a RouteFunction by its type.
    const decide = part as RouteFunction
    return ({ name, args, kwargs, options, task }) => optionsOf(decide(name, args, kwargs, options, task ?? null))
  }
  const object = objectRouter(part)
  if (object !== null) return ({ name, args, kwargs }) => optionsOf(object(name, args, kwargs))
  return patternsRouter(entriesOf(part) ?? [])
}

function objectRouter(part: unknown): RouteForTask | null {
  if (typeof part !== 'object' || part === null || part instanceof Map) return null
  const object = part as { readonly [name: string]: unknown } // any object may be asked for its properties
  const method = object['routeForTask'] ?? object['route_for_task']
  // A method of this name is one by its contract; an own value that is no function is the route of a task.
  return typeof method === 'function' ? (method.bind(part) as RouteForTask) : null
}

function entriesOf(part: unknown): readonly (readonly [unknown, unknown])[] | null {
  if (part instanceof Map) return [...part]
  if (Array.isArray(part)) return part.every(isPair) ? part : null
  return typeof part === 'object' && part !== null ? Object.entries(part) : null
}

function patternsRouter(entries: readonly (readonly [unknown, unknown])[]): Answer {
  const exact = new Map<string, CallOptions | null>()
  const patterns: [(name: string) => boolean, CallOptions | null][] = []
  for (const [pattern, route] of entries) {
    const answer = optionsOf(route)
    if (pattern instanceof RegExp) {
      const start = anchored(pattern)
      patterns.push([(name) => start.test(name), answer])
    } else if (String(pattern).includes('*')) patterns.push([(name) => matchesGlob(String(pattern), name), answer])
    else exact.set(String(pattern), answer)
  }
  return ({ name }) => exact.get(name) ?? patterns.find(([matches]) => matches(name))?.[1] ?? null
}

/** Python matches from the start of the name. */
function anchored(pattern: RegExp): RegExp {
  return new RegExp(`^(?:${pattern.source})`, pattern.flags.replace(/[gy]/g, ''))
}

function optionsOf(route: unknown): CallOptions | null {
  if (typeof route === 'string') return { queue: route }
  if (typeof route !== 'object' || route === null) return null
  const entries = Object.entries(route).map(([name, value]) => [
    name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    value,
  ])
  // What a function answers is not looked at: names that are no options are never read.
  return Object.fromEntries(entries) as CallOptions
}
