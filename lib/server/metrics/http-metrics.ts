/** How many requests were answered, how, and how long that took: by family of routes, never by address. */
import type { MetricFamily, MetricSample } from '../../monitor/metric-family.ts'

const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const BOUND_LABELS = [...BOUNDS.map((bound) => (Number.isInteger(bound) ? `${bound}.0` : String(bound))), '+Inf']

export interface HttpMetrics {
  /** `family`: `flower`, `own`, `page`, `asset`, …; few. */
  answered(family: string, status: number, seconds: number): void
  families(): readonly MetricFamily[]
}

interface Durations {
  readonly counts: number[]
  sum: number
}

export function createHttpMetrics(): HttpMetrics {
  const requests = new Map<string, { readonly labels: Readonly<Record<string, string>>; value: number }>()
  const durations = new Map<string, Durations>()
  return {
    answered(family, status, seconds) {
      const key = `${family} ${status}`
      const count = requests.get(key) ?? { labels: { family, status: String(status) }, value: 0 }
      count.value++
      requests.set(key, count)
      const duration = durations.get(family) ?? { counts: BOUND_LABELS.map(() => 0), sum: 0 }
      const bucket = BOUNDS.findIndex((bound) => seconds <= bound)
      const at = bucket < 0 ? BOUNDS.length : bucket
      duration.counts[at] = (duration.counts[at] ?? 0) + 1
      duration.sum += seconds
      durations.set(family, duration)
    },
    families: () => [
      {
        name: 'umbel_http_requests_total',
        type: 'counter',
        help: 'Requests answered, by kind of address and status',
        samples: [...requests.values()].map(({ labels, value }) => ({ labels, value })),
      },
      {
        name: 'umbel_http_request_duration_seconds',
        type: 'histogram',
        help: 'Time from a request to the end of its answer',
        samples: [...durations].flatMap(([family, duration]) => samplesOf(family, duration)),
      },
    ],
  }
}

function samplesOf(family: string, { counts, sum }: Durations): readonly MetricSample[] {
  let total = 0
  const buckets = BOUND_LABELS.map((le, i) => {
    total += counts[i] ?? 0
    return { suffix: '_bucket', labels: { le, family }, value: total }
  })
  return [
    ...buckets,
    { suffix: '_count', labels: { family }, value: total },
    { suffix: '_sum', labels: { family }, value: sum },
  ]
}
