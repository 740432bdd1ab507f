'use client'

import { type ReactNode, useId, useState } from 'react'
import { Field } from '../ui/field.tsx'
import { Input, TextArea } from '../ui/input.tsx'
import { Select } from '../ui/select.tsx'
import { Switch } from '../ui/switch.tsx'
import {
  type DraftField,
  type DraftProblems,
  EVERY_UNITS,
  SCHEDULE_KINDS,
  type ScheduleDraft,
  SOLAR_EVENTS,
} from './schedule-form.model.ts'

export type ScheduleFieldsProps = {
  readonly draft: ScheduleDraft
  readonly problems: DraftProblems
  readonly sources: readonly string[]
  readonly isNew: boolean
  readonly onChange: (fields: Partial<ScheduleDraft>) => void
  /** What these fields would do; it stands below those of the time. */
  readonly preview: ReactNode
}

/** What is set there, or wrong there, is not hidden. */
const OPTIONAL = ['args', 'kwargs', 'queue', 'priority', 'expires', 'description'] as const

const KIND_WORDS = {
  interval: 'Every so often',
  crontab: 'By the calendar (crontab)',
  solar: 'By the sun',
  clocked: 'Once, at a time',
} as const

/** All fields of an entry; those of the time depend on its kind. */
export function ScheduleFields({ draft, problems, sources, isNew, onChange, preview }: ScheduleFieldsProps) {
  const [isOpen, setOpen] = useState(() => OPTIONAL.some((field) => draft[field] !== ''))
  const text = (field: DraftField, label: string, more: TextMore = {}) => (
    <Text field={field} label={label} draft={draft} problems={problems} onChange={onChange} {...more} />
  )
  return (
    <>
      <div className="grid gap-3 md:grid-cols-2">
        {text('name', 'Name', { autoFocus: isNew })}
        {text('task', 'Task', { mono: true, placeholder: 'proj.tasks.report' })}
      </div>
      {isNew && sources.length > 1 && (
        <Field label="Kept in">
          {(field) => (
            <Select
              {...field}
              options={sources.map((source) => ({ value: source, label: source }))}
              value={draft.source}
              onChange={(source) => onChange({ source })}
            />
          )}
        </Field>
      )}
      <Field label="Runs">
        {(field) => (
          <Select
            {...field}
            options={SCHEDULE_KINDS.map((kind) => ({ value: kind, label: KIND_WORDS[kind] }))}
            value={draft.kind}
            onChange={(kind) => onChange({ kind })}
          />
        )}
      </Field>
      <KindFields draft={draft} text={text} onChange={onChange} />
      {preview}
      <details
        className="text-sm"
        open={isOpen || OPTIONAL.some((field) => problems[field] !== undefined)}
        onToggle={(event) => setOpen(event.currentTarget.open)}
      >
        <summary className="w-fit rounded-sm text-fg-2 hover:text-fg">Arguments and options</summary>
        <div className="flex flex-col gap-3 pt-3">
          <div className="grid gap-3 md:grid-cols-2">
            {text('args', 'Positional arguments', {
              rows: 2,
              mono: true,
              placeholder: '[42, "de"]',
              hint: 'A JSON list',
            })}
            {text('kwargs', 'Keyword arguments', {
              rows: 2,
              mono: true,
              placeholder: '{"full": true}',
              hint: 'A JSON object',
            })}
          </div>
          <div className="grid gap-3 md:grid-cols-3">
            {text('queue', 'Queue', { placeholder: "by the application's routes" })}
            {text('priority', 'Priority', { placeholder: 'none' })}
            {text('expires', 'Expires after, seconds', { placeholder: 'never' })}
          </div>
          {text('description', 'Description', { rows: 2 })}
        </div>
      </details>
      <Switch label="Switched on" checked={draft.enabled} onChange={(enabled) => onChange({ enabled })} />
    </>
  )
}

type TextMore = {
  readonly hint?: string
  readonly placeholder?: string
  readonly mono?: boolean
  readonly rows?: number
  readonly type?: string
  readonly autoFocus?: boolean
  readonly list?: readonly string[]
}
type TextOf = (field: DraftField, label: string, more?: TextMore) => ReactNode

type TextProps = TextMore & {
  readonly field: DraftField
  readonly label: string
  readonly draft: ScheduleDraft
  readonly problems: DraftProblems
  readonly onChange: (fields: Partial<ScheduleDraft>) => void
}

function Text(props: TextProps) {
  const {
    field,
    label,
    draft,
    problems,
    onChange,
    hint,
    placeholder,
    mono = false,
    rows,
    type,
    autoFocus,
    list,
  } = props
  const id = useId()
  return (
    <Field label={label} hint={hint} error={problems[field]}>
      {(tied) => {
        const common = {
          ...tied,
          mono,
          placeholder,
          value: draft[field],
          spellCheck: false,
          autoComplete: 'off',
          'data-autofocus': autoFocus === true ? true : undefined,
        }
        const change = (value: string) => onChange({ [field]: value })
        if (rows !== undefined) {
          return <TextArea {...common} rows={rows} onChange={(event) => change(event.target.value)} />
        }
        return (
          <>
            <Input
              {...common}
              type={type ?? 'text'}
              list={list === undefined ? undefined : `${id}-list`}
              onChange={(event) => change(event.target.value)}
            />
            {list !== undefined && (
              <datalist id={`${id}-list`}>
                {list.map((value) => (
                  <option key={value} value={value} />
                ))}
              </datalist>
            )}
          </>
        )
      }}
    </Field>
  )
}

type KindProps = {
  readonly draft: ScheduleDraft
  readonly text: TextOf
  readonly onChange: (fields: Partial<ScheduleDraft>) => void
}

function KindFields({ draft, text, onChange }: KindProps) {
  switch (draft.kind) {
    case 'interval':
      return (
        <div className="grid grid-cols-2 gap-3 md:w-80">
          {text('every', 'Every')}
          <Field label="Unit">
            {(field) => (
              <Select
                {...field}
                options={EVERY_UNITS.map((unit) => ({ value: unit, label: unit }))}
                value={draft.unit}
                onChange={(unit) => onChange({ unit })}
              />
            )}
          </Field>
        </div>
      )
    case 'crontab':
      return (
        <div className="flex flex-col gap-3">
          <div className="grid grid-cols-2 gap-3 md:grid-cols-5">
            {text('minute', 'Minute', { mono: true })}
            {text('hour', 'Hour', { mono: true })}
            {text('dayOfMonth', 'Day of month', { mono: true })}
            {text('monthOfYear', 'Month', { mono: true })}
            {text('dayOfWeek', 'Day of week', { mono: true })}
          </div>
          {text('zone', 'Time zone', { placeholder: "the application's", list: zones() })}
        </div>
      )
    case 'solar':
      return (
        <div className="grid gap-3 md:grid-cols-3">
          <Field label="Event">
            {(field) => (
              <Select
                {...field}
                options={solarEvents(draft.solarEvent).map((event) => ({
                  value: event,
                  label: event.replaceAll('_', ' '),
                }))}
                value={draft.solarEvent}
                onChange={(solarEvent) => onChange({ solarEvent })}
              />
            )}
          </Field>
          {text('latitude', 'Latitude, degrees north', { placeholder: '52.52' })}
          {text('longitude', 'Longitude, degrees east', { placeholder: '13.40' })}
        </div>
      )
    case 'clocked':
      return (
        <div className="md:w-80">
          {text('clocked', 'At', { type: 'datetime-local', hint: 'By the clock of this browser' })}
        </div>
      )
  }
}

/** An event that a newer Celery may know stays what it is. */
function solarEvents(present: string): readonly string[] {
  return (SOLAR_EVENTS as readonly string[]).includes(present) ? SOLAR_EVENTS : [present, ...SOLAR_EVENTS]
}

function zones(): readonly string[] {
  return Intl.supportedValuesOf('timeZone')
}
