'use client'

import { useEffect, useState } from 'react'
import { messageOf } from '../../lib/errors.ts'
import type { RetryArguments } from '../../lib/live/http.ts'
import type { TaskRowView } from '../../lib/live/views.ts'
import { request } from '../live/http.ts'
import { useAction } from '../live/use-action.ts'
import { Button } from '../ui/button.tsx'
import { Callout } from '../ui/callout.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field } from '../ui/field.tsx'
import { Input, TextArea } from '../ui/input.tsx'
import { problemOfArgs, problemOfKwargs } from './retry-form.model.ts'

export interface RetryDialogProps {
  readonly task: TaskRowView
  readonly onClose: () => void
}

/** Sends a task again under a new id: with its whole arguments where they are known, else with what a person enters. */
export function RetryDialog({ task, onClose }: RetryDialogProps) {
  const [known, setKnown] = useState<RetryArguments | null>(null)
  const [error, setError] = useState<string | null>(null)
  const title = `Retry ${task.name ?? 'task'}`

  useEffect(() => {
    let wanted = true
    request<RetryArguments>(`/umbel/tasks/${encodeURIComponent(task.id)}/arguments`).then(
      (answer) => wanted && setKnown(answer),
      (thrown: unknown) => wanted && setError(messageOf(thrown)),
    )
    return () => {
      wanted = false
    }
  }, [task.id])

  if (known !== null) return <RetryForm task={task} known={known} title={title} onClose={onClose} />
  return (
    <Dialog open title={title} onClose={onClose} footer={<Button onClick={onClose}>Close</Button>}>
      {error === null ? (
        <p role="status" className="text-sm text-fg-2">
          Looking up the arguments…
        </p>
      ) : (
        <Callout level="bad">{error}</Callout>
      )}
    </Dialog>
  )
}

interface RetryFormProps extends RetryDialogProps {
  readonly known: RetryArguments
  readonly title: string
}

const SOURCES = { message: 'the captured message', result: 'the stored result', event: 'the event' } as const

function RetryForm({ task, known, title, onClose }: RetryFormProps) {
  const [args, setArgs] = useState(known.args ?? '')
  const [kwargs, setKwargs] = useState(known.kwargs ?? '')
  const [queue, setQueue] = useState(known.queue ?? task.queue ?? '')
  const [editing, setEditing] = useState(!known.whole)
  const [tried, setTried] = useState(false)
  const { run, busy } = useAction()
  const [error, setError] = useState<string | null>(null)

  const argsProblem = editing ? (problemOfArgs(args) ?? untouchedProblem(known, args, known.args)) : null
  const kwargsProblem = editing ? problemOfKwargs(kwargs) : null
  const missing = task.name === null ? 'The name of the task is not known' : null

  const send = async () => {
    setTried(true)
    if (busy || missing !== null || argsProblem !== null || kwargsProblem !== null) return
    const given = editing ? { args: args.trim(), kwargs: kwargs.trim() } : {}
    try {
      await run('task.retry', { tasks: [task.id], ...given, ...(queue.trim() === '' ? {} : { queue: queue.trim() }) })
      onClose()
    } catch (thrown) {
      setError(messageOf(thrown))
    }
  }

  return (
    <Dialog
      open
      wide
      title={title}
      onClose={onClose}
      onSubmit={send}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            variant="primary"
            busy={busy}
            disabledReason={missing}
            data-autofocus={editing ? undefined : true}
          >
            Retry task
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {task.state === 'SUCCESS' && (
          <Callout level="warn">This task already succeeded. Running it again repeats its effects.</Callout>
        )}
        {(task.state === 'STARTED' || task.state === 'RECEIVED') && (
          <Callout level="warn">This task has not ended. Retry sends a second one beside it.</Callout>
        )}
        {known.whole ? (
          <p className="text-sm text-fg-2">
            Sent again under a new id, with the whole arguments from {SOURCES[known.source ?? 'message']}.
          </p>
        ) : (
          <Callout level="warn" title="The whole arguments are not known.">
            {known.why ?? 'Celery reported only part of them.'} Enter them, or switch on result_extended. Nothing is
            sent but what stands here.
          </Callout>
        )}
        {editing ? (
          <>
            {!known.whole && (known.args !== null || known.kwargs !== null) && (
              <p className="font-mono text-xs break-all text-fg-2">
                {`Known: ${[known.args, known.kwargs].filter((text) => text !== null).join(' ')}`}
              </p>
            )}
            <Field
              label="Positional arguments"
              hint="A Python tuple or list: (42, 'de')"
              error={tried || args !== (known.args ?? '') ? argsProblem : null}
            >
              {(field) => (
                <TextArea
                  {...field}
                  mono
                  rows={3}
                  data-autofocus
                  spellCheck={false}
                  value={args}
                  placeholder="()"
                  onChange={(event) => setArgs(event.target.value)}
                />
              )}
            </Field>
            <Field
              label="Keyword arguments"
              hint="A Python dict: {'full': True}"
              error={tried || kwargs !== (known.kwargs ?? '') ? kwargsProblem : null}
            >
              {(field) => (
                <TextArea
                  {...field}
                  mono
                  rows={3}
                  spellCheck={false}
                  value={kwargs}
                  placeholder="{}"
                  onChange={(event) => setKwargs(event.target.value)}
                />
              )}
            </Field>
          </>
        ) : (
          <div className="rounded-lg border border-line bg-sunken px-3 py-2">
            <dl className="grid grid-cols-[4rem_1fr] gap-x-3 gap-y-1 text-xs">
              <dt className="text-fg-3">args</dt>
              <dd className="max-h-32 overflow-y-auto font-mono break-all whitespace-pre-wrap">{known.args ?? '()'}</dd>
              <dt className="text-fg-3">kwargs</dt>
              <dd className="max-h-32 overflow-y-auto font-mono break-all whitespace-pre-wrap">
                {known.kwargs ?? '{}'}
              </dd>
            </dl>
            <Button variant="quiet" className="mt-1 -ml-2 h-6 px-2 text-xs" onClick={() => setEditing(true)}>
              Change the arguments
            </Button>
          </div>
        )}
        <Field label="Queue" hint="Where it is sent">
          {(field) => (
            <Input
              {...field}
              spellCheck={false}
              autoComplete="off"
              value={queue}
              placeholder="by the application's routes"
              onChange={(event) => setQueue(event.target.value)}
            />
          )}
        </Field>
        {error !== null && (
          <p role="alert" className="text-sm text-bad">
            {error}
          </p>
        )}
      </div>
    </Dialog>
  )
}

/** What Celery cut off must not be sent as it is, even where the rest happens to read as a literal. */
function untouchedProblem(known: RetryArguments, text: string, before: string | null): string | null {
  if (known.whole || before === null || text !== before || !text.includes('...')) return null
  return 'This is the cut text. Enter the whole arguments.'
}
