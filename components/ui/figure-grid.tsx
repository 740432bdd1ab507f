import type { ReactNode } from 'react'
import { Spark } from './spark.tsx'

/** Figures side by side; the gaps of the grid are the lines between them. */
export function FigureGrid({ children }: { readonly children: ReactNode }) {
  return (
    <section
      aria-label="Key figures"
      className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line md:grid-cols-3 lg:grid-cols-5"
    >
      {children}
    </section>
  )
}

/** The last of five takes the room that is left. */
export function FigureCell({ children, last = false }: { readonly children: ReactNode; readonly last?: boolean }) {
  return <div className={last ? 'flex bg-surface max-lg:col-span-2' : 'flex bg-surface'}>{children}</div>
}

export interface FigureSparkProps {
  readonly values: readonly (number | null)[]
  /** What the line tells. */
  readonly label: string
  readonly color?: string
}

/** The line beside a figure; nothing while there is but one point. */
export function FigureSpark({ values, label, color }: FigureSparkProps) {
  if (values.length < 2) return null
  return (
    // Where there is too little room its oldest part falls away.
    <span className="mb-1 flex min-w-0 justify-end overflow-hidden">
      <Spark values={values} label={label} width={64} {...(color !== undefined && { color })} />
    </span>
  )
}

/** A share of failures, loud when it is one to look at. */
export function FailedShare({ share, children }: { readonly share: number | null; readonly children: string }) {
  return (share ?? 0) >= 0.05 ? <span className="text-bad">{children}</span> : children
}
