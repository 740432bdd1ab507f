'use client'

import { Input } from '../ui/input.tsx'
import { Select } from '../ui/select.tsx'
import type { AuditFilter } from './use-audit.ts'

const OUTCOMES = [
  { value: '', label: 'All results' },
  { value: 'done', label: 'Done' },
  { value: 'refused', label: 'Refused' },
  { value: 'failed', label: 'Failed' },
] as const
const TEXTS = [
  { key: 'who', label: 'Who', placeholder: 'Who', width: 'w-40' },
  { key: 'what', label: 'Action', placeholder: 'Action: login, task.…', width: 'w-48' },
  { key: 'q', label: 'Any text', placeholder: 'Object, address, reason…', width: 'w-56' },
] as const

type Props = { readonly filter: AuditFilter; readonly onChange: (filter: AuditFilter) => void }

/** Who, what, any text, and how it ended. */
export function AuditFilters({ filter, onChange }: Props) {
  return (
    <search className="flex flex-wrap items-center gap-2">
      {TEXTS.map(({ key, label, placeholder, width }) => (
        <span key={key} className={`${width} max-md:w-full`}>
          <Input
            type="search"
            aria-label={label}
            placeholder={placeholder}
            value={filter[key]}
            maxLength={200}
            onChange={(event) => onChange({ ...filter, [key]: event.target.value })}
          />
        </span>
      ))}
      <Select
        aria-label="Result"
        options={OUTCOMES}
        value={filter.outcome}
        onChange={(outcome) => onChange({ ...filter, outcome })}
      />
    </search>
  )
}
