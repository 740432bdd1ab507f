'use client'

import { CalendarClock } from 'lucide-react'
import { type FormEvent, useRef, useState } from 'react'
import { type Moments, momentsOf, type TimeSpan } from '../../lib/live/time-span.ts'
import { Button } from '../ui/button.tsx'
import { serverNow } from '../ui/clock.ts'
import { cx } from '../ui/cx.ts'
import { Field } from '../ui/field.tsx'
import { Input } from '../ui/input.tsx'
import { Popover } from '../ui/popover.tsx'
import { timeForm } from '../ui/time-form.ts'
import { fieldText, readFields } from './time-fields.model.ts'

export interface TimeFieldsProps {
  readonly span: TimeSpan
  readonly onChoose: (moments: Moments) => void
  readonly className?: string
}

/** From when to when, in two fields: what dragging over a chart does, for keys and exact times. */
export function TimeFields({ span, onChoose, className }: TimeFieldsProps) {
  return (
    <Popover
      label="From one moment to another"
      className={cx(
        'inline-flex h-control min-w-8 shrink-0 items-center justify-center rounded-md border border-line-strong/45 text-fg-2 hover:bg-hover',
        className,
      )}
      trigger={
        <>
          <CalendarClock size={15} strokeWidth={1.75} aria-hidden />
          <span className="sr-only">From one moment to another…</span>
        </>
      }
    >
      <Fields span={span} onChoose={onChoose} />
    </Popover>
  )
}

function Fields({ span, onChoose }: TimeFieldsProps) {
  const zone = timeForm.get() === 'utc' ? 'utc' : 'local'
  const form = useRef<HTMLFormElement>(null)
  const [{ from, to }, setText] = useState(() => {
    const { fromMs, toMs } = momentsOf(span, serverNow())
    return { from: fieldText(fromMs, zone), to: fieldText(toMs, zone) }
  })
  const [problem, setProblem] = useState<string | null>(null)

  function onSubmit(event: FormEvent) {
    event.preventDefault()
    const read = readFields(from, to, zone)
    if (typeof read === 'string') return setProblem(read)
    form.current?.closest<HTMLElement>('[popover]')?.hidePopover()
    onChoose(read)
  }

  return (
    <form ref={form} onSubmit={onSubmit} noValidate className="flex flex-col gap-3">
      <Field label={zone === 'utc' ? 'From (UTC)' : 'From'}>
        {(field) => (
          <Input
            {...field}
            type="datetime-local"
            step={1}
            value={from}
            onChange={(event) => setText({ from: event.target.value, to })}
          />
        )}
      </Field>
      <Field label={zone === 'utc' ? 'To (UTC)' : 'To'} error={problem} hint="Or drag over a chart.">
        {(field) => (
          <Input
            {...field}
            type="datetime-local"
            step={1}
            value={to}
            onChange={(event) => setText({ from, to: event.target.value })}
          />
        )}
      </Field>
      <Button type="submit" variant="primary" className="self-end">
        Show this time
      </Button>
    </form>
  )
}
