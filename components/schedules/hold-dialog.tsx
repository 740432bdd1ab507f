'use client'

import { useState } from 'react'
import type { ScheduleRowView } from '../../lib/live/schedule-views.ts'
import { serverNow } from '../ui/clock.ts'
import { Confirm } from '../ui/confirm.tsx'
import { Field } from '../ui/field.tsx'
import { Input } from '../ui/input.tsx'
import { fromLocalInput, toLocalInput } from './hold-times.ts'
import type { ScheduleActions } from './use-schedule-actions.tsx'

export type HoldDialogProps = {
  readonly row: ScheduleRowView
  readonly onClose: () => void
  readonly onHold: ScheduleActions['hold']
}

const HOUR_MS = 3_600_000

/** Holds an entry until a time of one's own. */
export function HoldDialog({ row, onClose, onHold }: HoldDialogProps) {
  const [text, setText] = useState(() => toLocalInput(serverNow() + HOUR_MS))
  const untilMs = fromLocalInput(text)
  const problem = untilMs === null ? 'Enter a day and a time.' : untilMs <= serverNow() ? 'This has passed.' : null
  return (
    <Confirm
      open
      level={1}
      title={`Hold ${row.name}`}
      verb="Hold"
      disabledReason={problem}
      facts={['Runs that are due until then are left out. It goes on by itself.']}
      onClose={onClose}
      onConfirm={() => onHold(row, { until: () => untilMs })}
    >
      <Field label="Until" hint="By the clock of this browser" error={problem}>
        {(field) => (
          <Input
            {...field}
            data-autofocus
            type="datetime-local"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
    </Confirm>
  )
}
