import type { MetricFamily, MetricSample } from '../monitor/metric-family.ts'

/** Prometheus' text format, as Python's client writes it: labels in alphabetical order, whole numbers as `1.0`. */
export function metricsText(families: readonly MetricFamily[]): string {
  let out = ''
  for (const family of families) {
    out += `# HELP ${family.name} ${escapeHelp(family.help)}\n# TYPE ${family.name} ${family.type}\n`
    for (const sample of family.samples) out += sampleLine(family.name, sample)
  }
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
