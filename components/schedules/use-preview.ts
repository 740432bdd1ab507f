'use client'

import { useEffect, useState } from 'react'
import { messageOf } from '../../lib/errors.ts'
import type { SchedulePreview } from '../../lib/live/schedule-views.ts'
import { request } from '../live/http.ts'
import { type DraftProblems, draftField, parseDraft, previewQuery, type ScheduleDraft } from './schedule-form.model.ts'

const TYPED_AFTER_MS = 250

export type ShownPreview = {
  /** Null before the first answer. */
  readonly answer: SchedulePreview | null
  /** True while what is shown is not of what stands in the form. */
  readonly isOld: boolean
  readonly error: string | null
  /** What the server found wrong, at its field. */
  readonly problems: DraftProblems
}

/** What the draft would do, asked for when nothing was typed for a moment. */
export function usePreview(draft: ScheduleDraft): ShownPreview {
  const query = queryOf(draft)
  const [shown, setShown] = useState<{ readonly query: string; readonly answer: SchedulePreview } | null>(null)
  const [error, setError] = useState<string | null>(null)
  useEffect(() => {
    if (query === null) return
    const ended = new AbortController()
    const timer = setTimeout(() => {
      request<SchedulePreview>(`/umbel/schedules/preview?${query}`, { signal: ended.signal }).then(
        (answer) => {
          if (ended.signal.aborted) return
          setError(null)
          setShown({ query, answer })
        },
        (thrown: unknown) => !ended.signal.aborted && setError(messageOf(thrown)),
      )
    }, TYPED_AFTER_MS)
    return () => {
      clearTimeout(timer)
      ended.abort()
    }
  }, [query])
  const isOld = shown === null || shown.query !== query
  return { answer: shown?.answer ?? null, isOld, error, problems: isOld ? {} : problemsOf(shown.answer) }
}

/** Only what decides when it runs; a name that is missing yet does not keep the times from being shown. */
function queryOf(draft: ScheduleDraft): string | null {
  const parsed = parseDraft({
    ...draft,
    name: 'preview',
    task: 'preview',
    args: '',
    kwargs: '',
    priority: '',
    expires: '',
  })
  return parsed.ok ? previewQuery({ ...parsed.form, description: '' }) : null
}

function problemsOf({ problem }: SchedulePreview): DraftProblems {
  const field = problem === null ? null : draftField(problem.field)
  return problem === null || field === null ? {} : { [field]: problem.message }
}
