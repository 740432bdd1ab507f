'use client'

import { ChevronDown } from 'lucide-react'
import { parseTaskQuery, STATE_WORDS, type TaskField, withTerm } from '../../lib/live/task-query.ts'
import { isMoments, RANGES, type Range, type TimeSpan } from '../../lib/live/time-span.ts'
import type { StateCounts } from '../../lib/live/views.ts'
import { spanWords } from '../charts/range-words.ts'
import { useLive } from '../live/use-live.ts'
import { cx } from '../ui/cx.ts'
import { formatCount, shortWorker } from '../ui/format.ts'
import { Menu, type MenuItem } from '../ui/menu.tsx'
import { Select } from '../ui/select.tsx'
import { lookOf } from '../ui/task-state.ts'

/** Celery's states that always have their tab, and the words the search uses for them. */
const TABS: readonly (readonly [state: string, word: string])[] = [
  ['STARTED', 'running'],
  ['FAILURE', 'failed'],
  ['RETRY', 'retrying'],
  ['SUCCESS', 'succeeded'],
]
const RARE_TABS: readonly (readonly [state: string, word: string])[] = [
  ['RECEIVED', 'received'],
  ['SCHEDULED', 'scheduled'],
  ['PENDING', 'waiting'],
  ['REVOKED', 'revoked'],
  ['REJECTED', 'rejected'],
  ['LOST', 'lost'],
]

export interface StateTabsProps {
  readonly q: string
  readonly counts: StateCounts | null
  readonly onChange: (q: string) => void
}

/** The states as filters with their counts. Those nobody has are left out. */
export function StateTabs({ q, counts, onChange }: StateTabsProps) {
  const chosen = statesOf(q)
  const all = counts === null ? null : Object.values(counts).reduce((sum, count) => sum + count, 0)
  const known = [...TABS, ...RARE_TABS]
  const own = Object.keys(counts ?? {}).filter((state) => !known.some(([name]) => name === state))
  const shown = [
    ...TABS,
    ...RARE_TABS.filter(([state, word]) => (counts?.[state] ?? 0) > 0 || chosen.has(word)),
    ...own.map((state) => [state, state.toLowerCase()] as const),
  ]
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <div
      role="group"
      aria-label="State"
      className="scroll-thin -mx-1 flex max-w-full min-w-0 gap-0.5 overflow-x-auto px-1 py-1"
    >
      <Tab label="All" count={all} pressed={chosen.size === 0} onPress={() => onChange(withTerm(q, 'state', null))} />
      {shown.map(([state, word]) => (
        <Tab
          key={state}
          state={state}
          label={lookOf(state).word}
          count={counts === null ? null : (counts[state] ?? 0)}
          pressed={chosen.has(word)}
          onPress={(add) => onChange(withTerm(q, 'state', nextStates(chosen, word, add)))}
        />
      ))}
    </div>
  )
}

interface TabProps {
  readonly state?: string
  readonly label: string
  readonly count: number | null
  readonly pressed: boolean
  readonly onPress: (add: boolean) => void
}

function Tab({ state, label, count, pressed, onPress }: TabProps) {
  const look = state === undefined ? null : lookOf(state)
  const Icon = look?.icon
  return (
    <button
      type="button"
      aria-pressed={pressed}
      onClick={(event) => onPress(event.metaKey || event.ctrlKey || event.shiftKey)}
      className={cx(
        'inline-flex h-7 shrink-0 items-center gap-1.5 rounded-md px-2 text-sm whitespace-nowrap',
        pressed ? 'bg-selected font-medium text-fg' : 'text-fg-2 hover:bg-hover hover:text-fg',
      )}
    >
      {Icon !== undefined && <Icon size={13} strokeWidth={2} className={look?.color} aria-hidden />}
      {label}
      {count !== null && <span className="text-xs font-normal text-fg-3">{formatCount(count)}</span>}
    </button>
  )
}

/** One state alone; with a modifier key several. A second press takes it away. */
function nextStates(chosen: ReadonlySet<string>, word: string, add: boolean): readonly string[] | null {
  if (!add) return chosen.size === 1 && chosen.has(word) ? null : [word]
  const next = new Set(chosen)
  if (!next.delete(word)) next.add(word)
  return next.size === 0 ? null : [...next]
}

/** The states a search asks for, in our words. */
function statesOf(q: string): ReadonlySet<string> {
  return new Set(valuesOf(q, 'state').map((value) => wordOf(value)))
}

function wordOf(value: string): string {
  const word = value.toLowerCase()
  const state = Object.hasOwn(STATE_WORDS, word) ? STATE_WORDS[word] : undefined
  return [...TABS, ...RARE_TABS].find(([name]) => name === state)?.[1] ?? word
}

function valuesOf(q: string, field: TaskField): readonly string[] {
  return parseTaskQuery(q).terms.flatMap((term) =>
    term.kind === 'text' && term.field === field && !term.negated ? term.values : [],
  )
}

const RANGE_WORDS: Readonly<Record<Range, string>> = {
  '15m': 'Last 15 min',
  '1h': 'Last hour',
  '6h': 'Last 6 hours',
  '24h': 'Last 24 hours',
}

export interface RangeFilterProps {
  readonly value: TimeSpan | null
  readonly onChange: (range: Range | null) => void
}

export function RangeFilter({ value, onChange }: RangeFilterProps) {
  const options = [
    { value: 'all' as const, label: 'All kept' },
    ...RANGES.map((range) => ({ value: range, label: RANGE_WORDS[range] })),
    ...(isMoments(value) ? [{ value: 'chosen' as const, label: spanWords(value) }] : []),
  ]
  return (
    <Select
      aria-label="Time range"
      options={options}
      className="max-w-40"
      value={isMoments(value) ? 'chosen' : (value ?? 'all')}
      onChange={(next) => next !== 'chosen' && onChange(next === 'all' ? null : next)}
    />
  )
}

export interface FacetFiltersProps {
  readonly q: string
  readonly names: readonly string[]
  readonly onChange: (q: string) => void
}

/** Choosing by name, queue and worker writes the same words into the search that one could type. */
export function FacetFilters({ q, names, onChange }: FacetFiltersProps) {
  const { view: queues } = useLive({ name: 'queues' })
  const { view: workers } = useLive({ name: 'workers' })
  const facets: readonly { field: TaskField; label: string; options: readonly string[] }[] = [
    { field: 'name', label: 'Task', options: names },
    { field: 'queue', label: 'Queue', options: queues?.rows.map((row) => row.name) ?? [] },
    { field: 'worker', label: 'Worker', options: workers?.rows.map((row) => row.name) ?? [] },
  ]
  return (
    <div className="flex shrink-0 items-center gap-1 max-md:hidden">
      {facets.map((facet) => (
        <Facet key={facet.field} {...facet} q={q} onChange={onChange} />
      ))}
    </div>
  )
}

interface FacetProps {
  readonly field: TaskField
  readonly label: string
  readonly options: readonly string[]
  readonly q: string
  readonly onChange: (q: string) => void
}

function Facet({ field, label, options, q, onChange }: FacetProps) {
  const chosen = valuesOf(q, field)
  const all = [...new Set([...chosen, ...options])]
  const toggled = (value: string) =>
    chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value]
  const items: MenuItem[] = [
    ...(chosen.length > 0
      ? ([{ label: 'Any', onSelect: () => onChange(withTerm(q, field, null)) }, 'separator'] as const)
      : []),
    ...all.map((value) => ({
      label: field === 'worker' ? shortWorker(value) : value,
      checked: chosen.includes(value),
      onSelect: () => {
        const next = toggled(value)
        onChange(withTerm(q, field, next.length === 0 ? null : next))
      },
    })),
  ]
  return (
    <Menu
      label={chosen.length > 0 ? `${label} ${summary(chosen)}, filter` : `${label}, filter`}
      items={items.length === 0 ? [{ label: 'None seen yet', disabledReason: 'No event has told one' }] : items}
      className={cx(
        'inline-flex h-control min-h-6 items-center gap-1 rounded-md border px-2.5 text-sm hover:bg-hover',
        chosen.length > 0 ? 'border-accent text-fg' : 'border-line-strong/45 text-fg-2',
      )}
      trigger={
        <>
          {`${label} `}
          {chosen.length > 0 && <span className="max-w-32 truncate font-medium">{summary(chosen)}</span>}
          <ChevronDown size={14} strokeWidth={1.75} className="text-fg-3" aria-hidden />
        </>
      }
    />
  )
}

function summary(chosen: readonly string[]): string {
  return chosen.length === 1 ? shortWorker(chosen[0] ?? '') : `${chosen.length} chosen`
}
