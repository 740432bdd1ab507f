import { LONG_DASH, type SeriesStyle } from '../charts/series-style.ts'

export const THROUGHPUT_STYLES: readonly SeriesStyle[] = [
  { name: 'succeeded', label: 'Succeeded', color: 'var(--chart-succeeded)' },
  { name: 'failed', label: 'Failed', color: 'var(--chart-failed)', hatch: true },
  { name: 'retried', label: 'Retried', color: 'var(--chart-retried)', dash: '3 3' },
]

export const LATENCY_STYLES: readonly SeriesStyle[] = [
  { name: 'wait', label: 'Wait', color: 'var(--chart-waiting)', dash: LONG_DASH },
  { name: 'run', label: 'Run', color: 'var(--chart-running)' },
]
