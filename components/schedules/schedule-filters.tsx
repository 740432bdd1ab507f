'use client'

import { useMemo } from 'react'
import type { ScheduleRowView } from '../../lib/live/schedule-views.ts'
import { Choice, Choices } from './choice.tsx'
import { countFilters, SCHEDULE_FILTERS, type ScheduleFilter } from './schedule-list.model.ts'

const WORDS: Readonly<Record<ScheduleFilter, string>> = {
  overdue: 'Overdue',
  failed: 'Last failed',
  held: 'Held',
  off: 'Off',
  broken: 'Broken',
  warned: 'Warned',
}

type Props = {
  readonly rows: readonly ScheduleRowView[]
  readonly value: ScheduleFilter | null
  readonly onChange: (filter: ScheduleFilter | null) => void
}

/** The states as filters with their counts. Those nobody has are left out. */
export function ScheduleFilters({ rows, value, onChange }: Props) {
  const counts = useMemo(() => countFilters(rows), [rows])
  const shown = SCHEDULE_FILTERS.filter((filter) => counts[filter] > 0 || filter === value)
  if (shown.length === 0) return null
  return (
    <Choices label="State">
      <Choice label="All" count={rows.length} chosen={value === null} onChoose={() => onChange(null)} />
      {shown.map((filter) => (
        <Choice
          key={filter}
          label={WORDS[filter]}
          count={counts[filter]}
          chosen={filter === value}
          onChoose={() => onChange(filter === value ? null : filter)}
        />
      ))}
    </Choices>
  )
}
