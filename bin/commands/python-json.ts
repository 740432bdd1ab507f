/** JSON as Python's json.dumps lays it out: a space behind `,` and `:`, escapes beyond ASCII (client-cli.md B4). */
import { isRecord } from '../../lib/protocol/record.ts'
import { numberRepr } from '../../lib/protocol/repr.ts'

export interface PythonJsonOptions {
  /** Spaces of one level; without it everything is on one line. */
  readonly indent?: number
  readonly sortKeys?: boolean
}

export function pythonJson(value: unknown, options: PythonJsonOptions = {}): string {
  return write(value, options, 0)
}

function write(value: unknown, options: PythonJsonOptions, depth: number): string {
  if (typeof value === 'string') return text(value)
  if (typeof value === 'number') return number(value)
  if (typeof value === 'boolean') return String(value)
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) {
    return joined(
      '[]',
      value.map((item) => write(item, options, depth + 1)),
      options,
      depth,
    )
  }
  if (!isRecord(value)) return String(value) // bigint, WholeFloat
  const entries = Object.entries(value)
  if (options.sortKeys) entries.sort(([a], [b]) => (a < b ? -1 : 1))
  const fields = entries.map(([key, item]) => `${text(key)}: ${write(item, options, depth + 1)}`)
  return joined('{}', fields, options, depth)
}

function joined(brackets: string, parts: readonly string[], { indent }: PythonJsonOptions, depth: number): string {
  const [open = '', close = ''] = brackets
  if (parts.length === 0) return brackets
  if (indent === undefined) return `${open}${parts.join(', ')}${close}`
  const inner = ' '.repeat(indent * (depth + 1))
  return `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${' '.repeat(indent * depth)}${close}`
}

function text(value: string): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function number(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity'
  return numberRepr(value)
}
