/** Which queue a task goes to: task_routes in all of Celery's forms (client-cli.md A4). Pure. */

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
  options: Readonly<Record<string, unknown>>,
) => Route | null | undefined

export type RoutePattern = readonly [pattern: string | RegExp, route: Route]
export type TaskRoutes =
  | Readonly<Record<string, Route>>
  | RouteFunction
  | readonly (Readonly<Record<string, Route>> | RouteFunction | RoutePattern)[]

export interface Call {
  readonly name: string
  readonly args: readonly unknown[]
  readonly kwargs: Readonly<Record<string, unknown>>
  readonly options: Readonly<Record<string, unknown>>
}

/** Gives the options of the first route that matches, or null. */
export type Router = (call: Call) => RouteOptions | null

/** Patterns are compiled once here, not per message. */
export function createRouter(routes: TaskRoutes | null): Router {
  if (routes === null) return () => null
  const parts: readonly unknown[] = Array.isArray(routes) ? routes : [routes]
  const routers = parts.map(routerOf)
  return (call) => {
    for (const route of routers) {
      const found = route(call)
      if (found !== null) return found
    }
    return null
  }
}

/** fnmatch, case-sensitive: `*`, `?`, `[a-z]`, `[!a-z]`. Matches the whole name. */
export function globToRegExp(glob: string): RegExp {
  const source = glob.replace(/\[(!?)([^\]]+)\]|[*?]|[\\^$.|+(){}[\]]/g, (found, negated: string, set: string) => {
    if (found === '*') return '.*'
    if (found === '?') return '.'
    if (set !== undefined) return `[${negated ? '^' : ''}${set.replace(/\\/g, '\\\\').replace(/^\^/, '\\^')}]`
    return `\\${found}`
  })
  return new RegExp(`^(?:${source})$`, 's')
}

function routerOf(part: unknown): Router {
  if (typeof part === 'function') {
    // A function among the routes is a RouteFunction by its type.
    const decide = part as RouteFunction
    return ({ name, args, kwargs, options }) => optionsOf(decide(name, args, kwargs, options))
  }
  if (Array.isArray(part)) return patternsRouter([[part[0], part[1]]])
  return patternsRouter(typeof part === 'object' && part !== null ? Object.entries(part) : [])
}

function patternsRouter(entries: readonly (readonly [unknown, unknown])[]): Router {
  const exact = new Map<string, RouteOptions | null>()
  const patterns: [RegExp, RouteOptions | null][] = []
  for (const [pattern, route] of entries) {
    if (pattern instanceof RegExp) patterns.push([anchored(pattern), optionsOf(route)])
    else if (/[*?[]/.test(String(pattern))) patterns.push([globToRegExp(String(pattern)), optionsOf(route)])
    else exact.set(String(pattern), optionsOf(route))
  }
  return ({ name }) => exact.get(name) ?? patterns.find(([pattern]) => pattern.test(name))?.[1] ?? null
}

/** Python matches from the start of the name. */
function anchored(pattern: RegExp): RegExp {
  return new RegExp(`^(?:${pattern.source})`, pattern.flags.replace(/[gy]/g, ''))
}

function optionsOf(route: unknown): RouteOptions | null {
  if (typeof route === 'string') return { queue: route }
  return typeof route === 'object' && route !== null ? { ...route } : null
}
