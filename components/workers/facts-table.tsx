'use client'

import { useState } from 'react'
import type { Fact } from '../../lib/live/views.ts'
import { Input } from '../ui/input.tsx'

const SEARCH_FROM = 12

/** Names and values; many of them can be searched. */
export function FactsTable({
  facts,
  label,
  empty,
  linkOf,
  noteOf,
}: {
  readonly facts: readonly Fact[]
  readonly label: string
  readonly empty: string
  /** Where a name is explained, outside of Umbel. */
  readonly linkOf?: (name: string) => string
  /** What is to be said of a value besides. */
  readonly noteOf?: (fact: Fact) => string | null
}) {
  const [search, setSearch] = useState('')
  if (facts.length === 0) return <p className="px-cell-x py-4 text-fg-3 text-sm">{empty}</p>
  const wanted = search.trim().toLowerCase()
  const shown = facts.filter((fact) => `${fact.name} ${fact.value}`.toLowerCase().includes(wanted))
  return (
    <div>
      {facts.length >= SEARCH_FROM && (
        <div className="border-line/60 border-b p-2">
          <Input
            type="search"
            aria-label={`Search ${label.toLowerCase()}`}
            placeholder={`Search ${facts.length} entries`}
            className="max-w-80"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        </div>
      )}
      <dl aria-label={label}>
        {shown.map((fact) => (
          <div
            key={fact.name}
            className="grid grid-cols-[minmax(0,14rem)_minmax(0,1fr)] gap-x-4 border-line/60 border-b px-cell-x py-1.5 text-sm last:border-b-0 max-md:grid-cols-1"
          >
            <dt className="break-words text-fg-3">
              {linkOf === undefined ? (
                fact.name
              ) : (
                <a href={linkOf(fact.name)} target="_blank" rel="noreferrer" className="hover:underline">
                  {fact.name}
                </a>
              )}
            </dt>
            <dd className="break-words font-mono text-xs leading-5">
              {fact.value}
              <Note text={noteOf?.(fact) ?? null} />
            </dd>
          </div>
        ))}
      </dl>
      {shown.length === 0 && <p className="px-cell-x py-4 text-fg-3 text-sm">Nothing here contains “{search}”.</p>}
    </div>
  )
}

function Note({ text }: { readonly text: string | null }) {
  return text === null ? null : <span className="block font-sans text-warn">{text}</span>
}
