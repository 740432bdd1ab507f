/** What Prometheus' own client tells of a Node process: CPU, memory, event loop, garbage. Loaded when first asked for. */
import type { OpenMetricsContentType } from 'prom-client'
import type { MetricsFormat } from './metrics-text.ts'

export interface ProcessMetrics {
  /** Without `# EOF`. */
  text(format: MetricsFormat): Promise<string>
}

export function createProcessMetrics(): ProcessMetrics {
  let registries: Promise<Readonly<Record<MetricsFormat, { metrics(): Promise<string> }>>> | null = null
  return {
    async text(format) {
      registries ??= load()
      return (await (await registries)[format].metrics()).replace(/# EOF\n?$/, '').replace(/\n*$/, '\n')
    },
  }
}

async function load() {
  const { Registry, collectDefaultMetrics } = await import('prom-client')
  const prometheus = new Registry()
  const openmetrics = new Registry<OpenMetricsContentType>()
  openmetrics.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  for (const register of [prometheus, openmetrics]) collectDefaultMetrics({ register })
  return { prometheus, openmetrics }
}
