/** `GET /metrics`: Flower's metrics, Umbel's, and those of this process (flower.md 4); open unless told otherwise. */

import { UmbelError } from '../../errors.ts'
import { createBasicAuth } from '../auth/basic-auth.ts'
import type { Route } from '../route.ts'
import { clusterMetrics } from './cluster-metrics.ts'
import type { HttpMetrics } from './http-metrics.ts'
import { METRICS_TYPES, metricsFormat, metricsText } from './metrics-text.ts'
import { createProcessMetrics } from './process-metrics.ts'
import { umbelMetrics } from './umbel-metrics.ts'

export interface MetricsRouteOptions {
  /** `user:password` entries; none = for everybody, as in Flower. */
  readonly metricsAuth: readonly string[]
  readonly http: HttpMetrics
  /** Open connections of browsers. */
  readonly sockets: () => number
}

export function metricsRoute({ metricsAuth, http, sockets }: MetricsRouteOptions): Route {
  const knows = createBasicAuth(metricsAuth)
  const ofProcess = createProcessMetrics()
  return {
    method: 'GET',
    path: '/metrics',
    family: 'open',
    role: 'viewer',
    async handle({ monitor, req, nowMs }) {
      if (metricsAuth.length > 0 && knows(req.headers.authorization) === null) {
        throw new UmbelError('request/unauthenticated', { scheme: 'basic' })
      }
      const format = metricsFormat(req.headers.accept)
      const families = [
        ...monitor.counters.families(),
        ...umbelMetrics(monitor, sockets()),
        ...clusterMetrics(monitor, nowMs),
        ...http.families(),
      ]
      const body = metricsText(families, format) + (await ofProcess.text(format))
      return { status: 200, type: METRICS_TYPES[format], body: format === 'openmetrics' ? `${body}# EOF\n` : body }
    },
  }
}
