'use client'

import dynamic from 'next/dynamic'
import { type ReactNode, useCallback, useMemo, useState } from 'react'
import type { ScheduleRowView, ScheduleSourceView } from '../../lib/live/schedule-views.ts'
import { useAction } from '../live/use-action.ts'
import { serverNow } from '../ui/clock.ts'
import { formatMoment } from '../ui/format.ts'
import { showToast } from '../ui/toast.ts'
import type { HoldChoice } from './hold-times.ts'

/** What a person is about to do. The row is as it was when it was asked for. */
export type ScheduleDialog =
  | { readonly what: 'run' | 'skip' | 'delete'; readonly row: ScheduleRowView }
  | { readonly what: 'hold'; readonly row: ScheduleRowView }
  | FormStart

/** What the form starts from. */
export type FormStart =
  | { readonly what: 'edit' | 'duplicate'; readonly row: ScheduleRowView }
  | { readonly what: 'new'; readonly sources: readonly ScheduleSourceView[] }

const ConfirmDialog = dynamic(() => import('./schedule-confirm.tsx').then((part) => part.ScheduleConfirm), {
  ssr: false,
})
const HoldDialog = dynamic(() => import('./hold-dialog.tsx').then((part) => part.HoldDialog), { ssr: false })
const FormDialog = dynamic(() => import('./schedule-form-dialog.tsx').then((part) => part.ScheduleFormDialog), {
  ssr: false,
})

export interface ScheduleActions {
  readonly open: (dialog: ScheduleDialog) => void
  /** Done at once, with a way back. */
  readonly hold: (row: ScheduleRowView, choice: Pick<HoldChoice, 'until'>) => void
  readonly resume: (row: ScheduleRowView) => void
  readonly isOpen: boolean
  /** The dialog that is open, loaded when first asked for. */
  readonly dialog: ReactNode
}

/** `onDeleted`: the entry is gone, which the page that shows it should leave. */
export function useScheduleActions(onDeleted?: () => void): ScheduleActions {
  const [shown, setShown] = useState<ScheduleDialog | null>(null)
  const { run } = useAction()

  // What the server refuses is said in a toast by useAction.
  const resume = useCallback(
    (row: ScheduleRowView) =>
      void run('schedule.resume', { schedule: row.id }).then(
        () => showToast({ level: 'good', text: `${row.name} runs again when it is due.` }),
        () => {},
      ),
    [run],
  )
  const hold = useCallback(
    (row: ScheduleRowView, choice: Pick<HoldChoice, 'until'>) => {
      const untilMs = choice.until(serverNow())
      const until = untilMs === null ? '' : ` until ${formatMoment(untilMs).slice(0, 16)}`
      void run('schedule.hold', { schedule: row.id, ...(untilMs !== null && { untilMs }) }).then(
        () => showToast({ text: `${row.name} is held${until}.`, action: { label: 'Undo', run: () => resume(row) } }),
        () => {},
      )
    },
    [run, resume],
  )
  const close = useCallback(() => setShown(null), [])
  const dialog = shown === null ? null : <Shown shown={shown} onClose={close} onHold={hold} onDeleted={onDeleted} />
  return useMemo(
    () => ({ open: setShown, hold, resume, isOpen: shown !== null, dialog }),
    [hold, resume, shown, dialog],
  )
}

type ShownProps = {
  readonly shown: ScheduleDialog
  readonly onClose: () => void
  readonly onHold: ScheduleActions['hold']
  readonly onDeleted: (() => void) | undefined
}

function Shown({ shown, onClose, onHold, onDeleted }: ShownProps) {
  switch (shown.what) {
    case 'run':
    case 'skip':
    case 'delete':
      return <ConfirmDialog what={shown.what} row={shown.row} onClose={onClose} onDeleted={onDeleted} />
    case 'hold':
      return <HoldDialog row={shown.row} onClose={onClose} onHold={onHold} />
    default:
      return <FormDialog start={shown} onClose={onClose} />
  }
}
