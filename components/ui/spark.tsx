import { cx } from './cx.ts'

export interface SparkProps {
  /** Oldest first; null is a break in the line. */
  readonly values: readonly (number | null)[]
  /** What the line tells, for those who cannot see it. */
  readonly label: string
  readonly width?: number
  readonly height?: number
  /** Class of the line's colour. */
  readonly color?: string
}

/** A small line from 0, without axes: one path. */
export function Spark({ values, label, width = 96, height = 24, color = 'text-chart-running' }: SparkProps) {
  const { line, area } = sparkPaths(values, width, height)
  return (
    <svg
      role="img"
      aria-label={label}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      className={cx('block shrink-0 overflow-visible', color)}
    >
      <path d={area} fill="currentColor" opacity={0.14} />
      <path d={line} fill="none" stroke="currentColor" strokeWidth={1.5} strokeLinejoin="round" strokeLinecap="round" />
    </svg>
  )
}

/** The line and the ground under it, as SVG path texts. The scale goes from 0 to the highest value. */
export function sparkPaths(
  values: readonly (number | null)[],
  width: number,
  height: number,
): { readonly line: string; readonly area: string } {
  const top = Math.max(1e-9, ...values.map((value) => value ?? 0))
  const step = values.length > 1 ? width / (values.length - 1) : 0
  let line = ''
  let area = ''
  let start: number | null = null
  for (let i = 0; i <= values.length; i++) {
    const value = i < values.length ? values[i] : null
    if (value === null || value === undefined) {
      if (start !== null) area += `L${tenth((i - 1) * step)} ${height}L${tenth(start)} ${height}Z`
      start = null
      continue
    }
    const x = i * step
    const point = `${tenth(x)} ${tenth(height - 1 - (Math.max(0, value) / top) * (height - 2))}`
    line += `${start === null ? 'M' : 'L'}${point}`
    area += `${start === null ? 'M' : 'L'}${point}`
    start ??= x
  }
  return { line, area }
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10
}
