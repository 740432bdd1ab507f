'use client'

import { useId } from 'react'
import { useLive } from '../live/use-live.ts'
import { cx } from '../ui/cx.ts'
import { Input } from '../ui/input.tsx'
import type { RuleField, RuleForm, RuleProblems } from './rule-form.model.ts'

type Props = {
  readonly form: RuleForm
  readonly problems: RuleProblems
  readonly onChange: (fields: Partial<RuleForm>) => void
}

/** The rule in words, its numbers and names as fields. What is wrong stands below. */
export function RuleSentence({ form, problems, onChange }: Props) {
  const id = useId()
  const names = useNames(form.kind)
  const told = Object.entries(problems).filter(([field]) => field !== 'name')
  const blank = (field: RuleField, label: string, width: string, placeholder = '') => (
    <Input
      aria-label={label}
      aria-invalid={problems[field] !== undefined || undefined}
      aria-describedby={problems[field] === undefined ? undefined : `${id}-problems`}
      className={cx('mx-1 inline-block', width)}
      inputMode={width === NAME ? undefined : 'decimal'}
      list={width === NAME ? `${id}-names` : undefined}
      mono={width === NAME}
      value={form[field]}
      placeholder={placeholder}
      onChange={(event) => onChange({ [field]: event.target.value })}
    />
  )
  return (
    <div>
      <div className="rounded-lg border border-line bg-sunken px-3 py-2 text-base leading-10">
        {form.kind === 'queue-length' && (
          <>
            When queue {blank('queue', 'Queue, or a pattern with *', NAME)} holds more than
            {blank('above', 'More messages than', NUMBER)} messages for{' '}
            {blank('forSeconds', 'For how many seconds', NUMBER)} s. Well again at{' '}
            {blank('below', 'Well again at', NUMBER, '80 %')} or fewer.
          </>
        )}
        {form.kind === 'oldest-message' && (
          <>
            When the oldest message of queue {blank('queue', 'Queue, or a pattern with *', NAME)} waits for more than
            {blank('aboveSeconds', 'Longer than so many seconds', NUMBER)} s, for{' '}
            {blank('forSeconds', 'For how many seconds', NUMBER)} s. Well again at{' '}
            {blank('belowSeconds', 'Well again at so many seconds', NUMBER, '80 %')} s or less.
          </>
        )}
        {form.kind === 'worker-offline' && (
          <>
            When worker {blank('worker', 'Worker, or a pattern with *', NAME)} has given no sign of life for
            {blank('forSeconds', 'For how many seconds', NUMBER)} s.
          </>
        )}
        {form.kind === 'failure-rate' && (
          <>
            When more than {blank('sharePercent', 'Percent of tasks', NUMBER)} % of{' '}
            {blank('task', 'Task, or a pattern with *', NAME)}
            fail within {blank('windowSeconds', 'Within how many seconds', NUMBER)} s, of at least
            {blank('minimum', 'At least so many tasks', NUMBER)} tasks, for{' '}
            {blank('forSeconds', 'For how many seconds', NUMBER)} s.
          </>
        )}
        {form.kind === 'beat-missed' && (
          <>
            When periodic task {blank('entry', 'Entry of a schedule, or a pattern with *', NAME)} did not run
            {blank('afterSeconds', 'So many seconds after it was due', NUMBER)} s after it was due.
          </>
        )}
        {form.kind === 'beat-down' && (
          <>
            When no beat works on the schedule {blank('source', 'Schedule, or a pattern with *', NAME)} for
            {blank('forSeconds', 'For how many seconds', NUMBER)} s while it has entries.
          </>
        )}
        {form.kind === 'two-beats' && (
          <>
            When two beats send from the schedule {blank('source', 'Schedule, or a pattern with *', NAME)} without a
            lease that keeps them apart.
          </>
        )}
      </div>
      <datalist id={`${id}-names`}>
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <ul id={`${id}-problems`} className="mt-1 text-bad text-xs empty:hidden">
        {told.map(([field, problem]) => (
          <li key={field}>
            {FIELD_WORDS[field]}: {problem}
          </li>
        ))}
      </ul>
    </div>
  )
}

/** A list to choose from, not to scroll through. */
const MOST_NAMES = 500
const NAME = 'w-40!'
const NUMBER = 'w-18!'
const FIELD_WORDS: Readonly<Record<string, string>> = {
  queue: 'Queue',
  above: 'More than',
  below: 'Well again at',
  aboveSeconds: 'More than',
  belowSeconds: 'Well again at',
  forSeconds: 'For',
  worker: 'Worker',
  task: 'Task',
  sharePercent: 'Percent',
  windowSeconds: 'Within',
  minimum: 'At least',
  entry: 'Periodic task',
  afterSeconds: 'After',
  source: 'Schedule',
}

/** Names that are there now, to choose from; a pattern can be typed too. */
function useNames(kind: RuleForm['kind']): readonly string[] {
  const queues = useLive({ name: 'queues' }).view
  const workers = useLive({ name: 'workers' }).view
  const schedules = useLive({ name: 'schedules' }).view
  if (kind === 'queue-length' || kind === 'oldest-message') return ['*', ...(queues?.rows.map((row) => row.name) ?? [])]
  if (kind === 'beat-missed') return ['*', ...(schedules?.rows.slice(0, MOST_NAMES).map((row) => row.name) ?? [])]
  if (kind === 'beat-down' || kind === 'two-beats') return ['*', ...(schedules?.sources.map(({ name }) => name) ?? [])]
  return kind === 'worker-offline' ? ['*', ...(workers?.rows.map((row) => row.name) ?? [])] : ['*']
}
