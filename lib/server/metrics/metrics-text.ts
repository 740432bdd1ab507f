/**
 * Metrics as text, as Python's client writes them: labels in alphabetical order, whole numbers as `1.0`, and beside
 * each counter and histogram the series of when it began (`…_created`).
 */
import type { MetricFamily, MetricSample } from '../../monitor/metric-family.ts'

export type MetricsFormat = 'prometheus' | 'openmetrics'

export const METRICS_TYPES: Readonly<Record<MetricsFormat, string>> = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
}

/** What a scraper asks for; Prometheus itself asks for OpenMetrics first. */
export function metricsFormat(accept: string | undefined): MetricsFormat {
  return accept?.includes('application/openmetrics-text') ? 'openmetrics' : 'prometheus'
}

/** Without the last line of OpenMetrics (`# EOF`), which whoever puts parts together adds. */
export function metricsText(families: readonly MetricFamily[], format: MetricsFormat = 'prometheus'): string {
  return families.map((family) => (format === 'openmetrics' ? openFamily(family) : plainFamily(family))).join('')
}

function plainFamily(family: MetricFamily): string {
  const { name, help, type, samples } = family
  const created = samples.filter(isCreation)
  const lines =
    heading(name, help, type) +
    linesOf(
      name,
      samples.filter((sample) => !isCreation(sample)),
    )
  if (created.length === 0) return lines
  const base = baseName(family)
  return lines + heading(`${base}_created`, help, 'gauge') + linesOf(base, created)
}

/** A counter's family goes without `_total` there, and what began when is part of it. */
function openFamily(family: MetricFamily): string {
  const { name, help, type, samples } = family
  const base = baseName(family)
  const lines = samples.map((sample) => sampleLine(isCreation(sample) ? base : name, sample))
  return heading(base, help, type) + lines.join('')
}

function baseName({ name, type }: MetricFamily): string {
  return type === 'counter' ? name.replace(/_total$/, '') : name
}

function isCreation({ suffix }: MetricSample): boolean {
  return suffix === '_created'
}

function heading(name: string, help: string, type: string): string {
  return `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`
}

function linesOf(name: string, samples: readonly MetricSample[]): string {
  let out = ''
  for (const sample of samples) out += sampleLine(name, sample)
  return out
}

function sampleLine(name: string, { suffix = '', labels, value }: MetricSample): string {
  const names = Object.keys(labels).sort()
  const shown = names.map((label) => `${label}="${escapeLabel(labels[label] ?? '')}"`).join(',')
  return `${name}${suffix}${shown === '' ? '' : `{${shown}}`} ${numberText(value)}\n`
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  return Number.isInteger(value) && Math.abs(value) < 1e16 ? `${value}.0` : String(value)
}

function escapeLabel(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
}
