'use client'

import Link from 'next/link'
import { useState } from 'react'
import { withTerm } from '../../lib/live/task-query.ts'
import { splitName } from '../ui/format.ts'
import { Input } from '../ui/input.tsx'
import { Panel } from '../ui/panel.tsx'

const SEARCH_FROM = 12

/** The tasks that a worker knows how to run; each leads to its tasks. */
export function RegisteredTasks({
  registered,
  empty,
}: {
  readonly registered: readonly string[]
  readonly empty: string
}) {
  const [search, setSearch] = useState('')
  if (registered.length === 0) {
    return (
      <Panel flush>
        <p className="px-cell-x py-4 text-fg-3 text-sm">{empty}</p>
      </Panel>
    )
  }
  const shown = registered.filter((name) => name.toLowerCase().includes(search.trim().toLowerCase()))
  return (
    <Panel flush>
      {registered.length >= SEARCH_FROM && (
        <div className="border-line/60 border-b p-2">
          <Input
            type="search"
            aria-label="Search tasks"
            placeholder={`Search ${registered.length} tasks`}
            className="max-w-80"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        </div>
      )}
      <ul className="columns-2 gap-4 p-2 max-md:columns-1 xl:columns-3">
        {shown.map((text) => (
          <Registered key={text} text={text} />
        ))}
      </ul>
      {shown.length === 0 && <p className="px-cell-x pb-4 text-fg-3 text-sm">No task contains “{search}”.</p>}
    </Panel>
  )
}

/** Celery appends facts it was asked for: `proj.add [rate_limit=10/m]`. */
function Registered({ text }: { readonly text: string }) {
  const end = text.indexOf(' [')
  const name = end < 0 ? text : text.slice(0, end)
  const { module, base } = splitName(name)
  return (
    <li className="break-inside-avoid">
      <Link
        href={`/tasks?q=${encodeURIComponent(withTerm('', 'name', name))}`}
        className="block rounded-sm px-1 py-0.5 text-sm break-words hover:bg-hover"
      >
        <span className="text-fg-3">{module}</span>
        {base}
        {end >= 0 && <span className="ml-2 text-fg-3 text-xs">{text.slice(end + 1)}</span>}
      </Link>
    </li>
  )
}
