'use client'

import { useRef, useState } from 'react'
import { messageOf } from '../../lib/errors.ts'
import type { ScheduleForm, ScheduleRowView } from '../../lib/live/schedule-views.ts'
import { RequestError } from '../live/http.ts'
import { useAction } from '../live/use-action.ts'
import { useLive } from '../live/use-live.ts'
import { Button } from '../ui/button.tsx'
import { Callout } from '../ui/callout.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { showToast } from '../ui/toast.ts'
import { ScheduleFields } from './schedule-fields.tsx'
import {
  type DraftField,
  type DraftProblems,
  draftField,
  draftOf,
  newDraft,
  parseDraft,
  type ScheduleDraft,
} from './schedule-form.model.ts'
import { SchedulePreviewBox } from './schedule-preview.tsx'
import { lastsText } from './schedule-rights.ts'
import { usePreview } from './use-preview.ts'
import type { FormStart } from './use-schedule-actions.tsx'

export type ScheduleFormDialogProps = {
  readonly start: FormStart
  readonly onClose: () => void
}

/** Makes an entry, or changes one, with what it would do below. */
export function ScheduleFormDialog({ start, onClose }: ScheduleFormDialogProps) {
  if (start.what === 'new') {
    const sources = start.sources.map(({ name }) => name)
    return (
      <FormDialog
        title="New schedule"
        draft={newDraft(sources[0] ?? '', '')}
        sources={sources}
        replaces={null}
        lasts={null}
        onClose={onClose}
      />
    )
  }
  return <ExistingDialog what={start.what} row={start.row} onClose={onClose} />
}

type ExistingProps = {
  readonly what: 'edit' | 'duplicate'
  readonly row: ScheduleRowView
  readonly onClose: () => void
}

/** What the form starts from is asked of the server; what is typed then is not overwritten by what comes later. */
function ExistingDialog({ what, row, onClose }: ExistingProps) {
  const { view, error } = useLive({ name: 'schedule', id: row.id })
  const first = useRef<ScheduleForm | null>(null)
  first.current ??= view?.form ?? null
  const title = what === 'edit' ? `Edit ${row.name}` : `Duplicate ${row.name}`
  if (first.current === null) {
    return (
      <Dialog open title={title} onClose={onClose} footer={<Button onClick={onClose}>Close</Button>}>
        {view === null && error === null ? (
          <p role="status" className="text-sm text-fg-2">
            Looking up the entry…
          </p>
        ) : (
          <Callout level="bad">{error ?? 'This entry cannot be changed from here.'}</Callout>
        )}
      </Dialog>
    )
  }
  const draft = draftOf(first.current)
  return (
    <FormDialog
      title={title}
      draft={what === 'edit' ? draft : { ...draft, name: `${draft.name} copy` }}
      sources={[draft.source]}
      replaces={what === 'edit' ? row.id : null}
      lasts={what === 'edit' ? row.editLasts : null}
      onClose={onClose}
    />
  )
}

type FormDialogProps = {
  readonly title: string
  readonly draft: ScheduleDraft
  readonly sources: readonly string[]
  /** The id of the entry that is changed; null for a new one. */
  readonly replaces: string | null
  readonly lasts: string | null
  readonly onClose: () => void
}

function FormDialog({ title, draft: start, sources, replaces, lasts, onClose }: FormDialogProps) {
  const [draft, setDraft] = useState(start)
  const [tried, setTried] = useState(false)
  const [refused, setRefused] = useState<DraftProblems>({})
  const [error, setError] = useState<string | null>(null)
  const { run, busy } = useAction()
  const parsed = parseDraft(draft)
  const preview = usePreview(draft)
  const problems: DraftProblems = { ...preview.problems, ...(tried && !parsed.ok && parsed.problems), ...refused }

  const change = (fields: Partial<ScheduleDraft>) => {
    setDraft((before) => ({ ...before, ...fields }))
    setRefused({})
    setError(null)
  }
  const save = async () => {
    setTried(true)
    if (busy) return
    if (!parsed.ok) {
      setError('Something is missing or wrong above.')
      return
    }
    try {
      await run('schedule.save', { form: parsed.form, ...(replaces !== null && { replaces }) })
      showToast({ level: 'good', text: `${parsed.form.name} is saved.` })
      onClose()
    } catch (thrown) {
      const field = fieldOf(thrown)
      if (field !== null) setRefused({ [field]: messageOf(thrown) })
      setError(field === null ? messageOf(thrown) : 'Something is wrong above.')
    }
  }

  return (
    <Dialog
      open
      wide
      title={title}
      onClose={onClose}
      onSubmit={save}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={busy}>
            Save schedule
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {lasts !== null && <Callout level="warn">{lastsText(lasts)}</Callout>}
        <ScheduleFields
          draft={draft}
          problems={problems}
          sources={sources}
          isNew={replaces === null}
          onChange={change}
          preview={<SchedulePreviewBox preview={preview} zone={draft.zone} />}
        />
        {error !== null && (
          <p role="alert" className="text-sm text-bad">
            {error}
          </p>
        )}
      </div>
    </Dialog>
  )
}

/** The field that the server found wrong, when it names one. */
function fieldOf(thrown: unknown): DraftField | null {
  const field = thrown instanceof RequestError ? thrown.facts['field'] : null
  return typeof field === 'string' ? draftField(field) : null
}
