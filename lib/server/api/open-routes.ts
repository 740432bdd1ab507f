/** What answers without logging in, as in Flower: the health checks (flower.md 1, 5.1). */
import { json, type Reply } from '../reply.ts'
import type { Call, Route } from '../route.ts'

const common = { method: 'GET', family: 'open', role: 'viewer' } as const

export const openRoutes: readonly Route[] = [{ ...common, path: '/healthcheck', handle: healthcheck }]

/** `OK` says that this process serves. `?deep=1` looks at the broker and the event stream too: 503 when one is bad. */
function healthcheck({ monitor, query }: Call): Reply {
  if (query.flag('deep') !== true) return { status: 200, type: 'text/html; charset=UTF-8', body: 'OK' }
  const health = monitor.health()
  return json(health, health.ok ? 200 : 503)
}
