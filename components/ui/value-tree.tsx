'use client'

import { ChevronDown, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { entriesOf, scalarText, shapeOf } from './value-tree.model.ts'

const OPEN_DEPTH = 2
const FIRST_ITEMS = 100

export interface ValueTreeProps {
  readonly value: unknown
}

/** A value as a tree: folded below the second level, a hundred items at first, big integers and bytes exact. */
export function ValueTree({ value }: ValueTreeProps) {
  return (
    <div className="scroll-thin overflow-x-auto font-mono text-xs">
      <Node name={null} value={value} depth={0} />
    </div>
  )
}

interface NodeProps {
  readonly name: string | null
  readonly value: unknown
  readonly depth: number
}

function Node({ name, value, depth }: NodeProps) {
  const [open, setOpen] = useState(depth < OPEN_DEPTH)
  const [most, setMost] = useState(FIRST_ITEMS)
  const entries = entriesOf(value)
  const key = name !== null && <span className="text-fg-3">{name}: </span>
  if (entries === null || entries.length === 0) {
    return (
      <div className="py-px pl-5 break-all whitespace-pre-wrap">
        {key}
        <Scalar value={value} />
      </div>
    )
  }
  const Arrow = open ? ChevronDown : ChevronRight
  return (
    <div>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex min-h-6 items-center rounded-sm text-left hover:bg-hover"
      >
        <Arrow size={14} strokeWidth={1.75} className="mr-1.5 shrink-0 text-fg-3" aria-hidden />
        {key}
        <span className="ml-1 text-fg-3">{shapeOf(value, entries.length)}</span>
      </button>
      {open && (
        <div className="ml-1.5 border-l border-line pl-2">
          {entries.slice(0, most).map(([entryName, entry]) => (
            <Node key={entryName} name={entryName} value={entry} depth={depth + 1} />
          ))}
          {entries.length > most && (
            <button
              type="button"
              onClick={() => setMost(most + FIRST_ITEMS * 10)}
              className="ml-5 min-h-6 text-accent hover:underline"
            >
              {entries.length - most} more
            </button>
          )}
        </div>
      )}
    </div>
  )
}

function Scalar({ value }: { readonly value: unknown }) {
  const { text, kind } = scalarText(value)
  const color = kind === 'text' ? 'text-state-succeeded' : kind === 'none' ? 'text-fg-3' : 'text-state-running'
  return <span className={color}>{text}</span>
}
