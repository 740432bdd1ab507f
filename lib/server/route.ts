/** A route is a row: where, who, and what it answers. The router does everything else. */
import type { IncomingMessage } from 'node:http'
import type { Actor, Role } from '../monitor/contracts.ts'
import type { Arguments } from './api/arguments.ts'
import type { Monitored } from './monitored.ts'
import type { Reply } from './reply.ts'

/**
 * `open`: for everybody, as Flower's /metrics. `flower`: Flower's API, with its gate and its plain text errors.
 * `page`: what Flower's pages load, behind the gate of the pages, with Flower's errors.
 * `own`: what our pages call, with JSON errors.
 */
export type Family = 'open' | 'flower' | 'page' | 'own'

export interface Route {
  readonly method: 'GET' | 'POST'
  /** `:name` stands for at least one character, slashes included, as in Flower (flower.md 2.1). */
  readonly path: string
  readonly family: Family
  readonly role: Role
  /** Null: this request is for the page at the same path. */
  handle(call: Call): Reply | Promise<Reply | null> | null
}

export interface Call {
  readonly monitor: Monitored
  readonly by: Actor
  /** The decoded parts of the path. */
  readonly param: (name: string) => string
  readonly query: Arguments
  readonly req: IncomingMessage
  /** A path of ours as a browser has to ask for it: for redirects and cookies. */
  readonly withPrefix: (path: string) => string
  /** The body as JSON: an object, or `request/…` is thrown. An empty body is `{}`. */
  readonly body: () => Promise<Readonly<Record<string, unknown>>>
  /** Query and form, as Flower takes them together (flower.md 2.1). */
  readonly form: () => Promise<Arguments>
  /** As `body`, whatever type it says to have, as Flower reads it; throws `request/refused`. */
  readonly anyBody: () => Promise<Readonly<Record<string, unknown>>>
  readonly nowMs: number
}

export interface CompiledRoute {
  readonly route: Route
  readonly pattern: RegExp
  readonly names: readonly string[]
}

export function compileRoute(route: Route): CompiledRoute {
  const names: string[] = []
  const pattern = route.path
    .split(/(:[a-z]+)/)
    .map((part) => {
      if (!part.startsWith(':')) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      names.push(part.slice(1))
      return '(.+)'
    })
    .join('')
  return { route, pattern: new RegExp(`^${pattern}$`), names }
}
