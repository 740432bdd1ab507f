import type { ReactNode } from 'react'
import { Link } from './link.tsx'

export interface FigureProps {
  readonly label: string
  readonly value: ReactNode
  /** Small words after the value ("of 12"). */
  readonly unit?: string
  readonly spark?: ReactNode
  /** The list behind the number. */
  readonly href?: string
  /** A line under it: what changed, or why it is not known. */
  readonly note?: ReactNode
}

/** A number that matters, what it counts, and the way to the list behind it. */
export function Figure({ label, value, unit, spark, href, note }: FigureProps) {
  const content = (
    <>
      <span className="block text-xs text-fg-3">{label}</span>
      <span className="mt-0.5 flex items-end justify-between gap-3">
        <span className="shrink-0 text-2xl font-semibold whitespace-nowrap">
          {value}
          {unit !== undefined && <span className="ml-1 text-sm font-normal text-fg-3">{unit}</span>}
        </span>
        {spark}
      </span>
      {note !== undefined && <span className="mt-0.5 block truncate text-2xs text-fg-3">{note}</span>}
    </>
  )
  const look = 'block min-w-0 flex-1 rounded-md px-3 py-2'
  if (href === undefined) return <div className={look}>{content}</div>
  return (
    <Link href={href} className={`${look} hover:bg-hover`}>
      {content}
    </Link>
  )
}
