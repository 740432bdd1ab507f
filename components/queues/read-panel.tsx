'use client'

import { RefreshCw } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Answer } from '../live/use-answer.ts'
import { Button } from '../ui/button.tsx'
import { Callout } from '../ui/callout.tsx'
import { Panel } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'

type Props<T> = {
  readonly title: string
  readonly answer: Answer<T>
  /** How much of it is shown, and as of when. */
  readonly note: (data: T) => ReactNode
  /** What is there besides, in the head of the panel. */
  readonly aside?: ReactNode
  /** Above the rows. */
  readonly tools?: ReactNode
  readonly children: (data: T) => ReactNode
}

/** What was read from the broker or the workers when somebody asked: it does not change by itself, and can be read again. */
export function ReadPanel<T>({ title, answer, note, aside, tools, children }: Props<T>) {
  const { data, error, busy, refresh } = answer
  return (
    <Panel
      cards
      title={title}
      note={data === null ? undefined : note(data)}
      aside={
        <>
          {aside}
          <Button variant="quiet" icon={RefreshCw} busy={busy && data !== null} onClick={refresh}>
            Read again
          </Button>
        </>
      }
    >
      {tools}
      {error !== null && (
        <div className="p-3">
          <Callout level="bad" title="It could not be read.">
            {error}
          </Callout>
        </div>
      )}
      {data === null && error === null && <Skeleton rows={6} />}
      {data !== null && children(data)}
    </Panel>
  )
}

/** What a panel says instead of rows. */
export function NoRows({ children }: { readonly children: ReactNode }) {
  return <p className="px-cell-x pt-1 pb-4 text-fg-3 text-sm">{children}</p>
}
