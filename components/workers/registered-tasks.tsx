'use client'

import { useState } from 'react'
import { classHref } from '../classes/class-href.ts'
import { formatCount, splitName } from '../ui/format.ts'
import { Input } from '../ui/input.tsx'
import { Link } from '../ui/link.tsx'
import { Panel } from '../ui/panel.tsx'
import { TaskLimits } from './task-limits.tsx'

const SEARCH_FROM = 12

type Props = {
  readonly worker: string
  readonly registered: readonly string[]
  /** How many of each it has run since it started. */
  readonly processed: { readonly [task: string]: number }
  readonly empty: string
  readonly cannotAct: string | null
}

/** The tasks that a worker knows how to run; each leads to its class. */
export function RegisteredTasks({ worker, registered, processed, empty, cannotAct }: Props) {
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
          <Registered key={text} text={text} worker={worker} processed={processed} cannotAct={cannotAct} />
        ))}
      </ul>
      {shown.length === 0 && <p className="px-cell-x pb-4 text-fg-3 text-sm">No task contains “{search}”.</p>}
    </Panel>
  )
}

/** Celery appends facts it was asked for: `proj.add [rate_limit=10/m]`. */
type RegisteredProps = Pick<Props, 'worker' | 'processed' | 'cannotAct'> & { readonly text: string }

function Registered({ text, worker, processed, cannotAct }: RegisteredProps) {
  const end = text.indexOf(' [')
  const name = end < 0 ? text : text.slice(0, end)
  const { module, base } = splitName(name)
  const count = Object.hasOwn(processed, name) ? (processed[name] ?? 0) : 0
  return (
    <li className="flex break-inside-avoid items-center gap-1">
      <Link
        href={classHref(name)}
        className="block min-w-0 flex-1 rounded-sm px-1 py-0.5 text-sm break-words hover:bg-hover"
      >
        <span className="text-fg-3">{module}</span>
        {base}
        {end >= 0 && <span className="ml-2 text-fg-3 text-xs">{text.slice(end + 1)}</span>}
      </Link>
      {count > 0 && (
        <span className="text-fg-3 text-xs tabular-nums" data-tip={`${formatCount(count)} run since it started`}>
          {formatCount(count)}
        </span>
      )}
      <TaskLimits worker={worker} task={name} cannotAct={cannotAct} />
    </li>
  )
}
