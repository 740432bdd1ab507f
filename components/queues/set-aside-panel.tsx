'use client'

import { Trash2, Undo2 } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { SetAsideMessage, SetAsideMessages } from '../../lib/live/http.ts'
import { useAction } from '../live/use-action.ts'
import { useAnswer } from '../live/use-answer.ts'
import { useMe } from '../live/use-me.ts'
import { Button } from '../ui/button.tsx'
import { Callout } from '../ui/callout.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { DataTable } from '../ui/data-table.tsx'
import { formatCount, plural } from '../ui/format.ts'
import { Panel } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { MessageDialog } from './message-dialog.tsx'
import { queueAddress } from './queue-address.ts'
import { setAsideColumns } from './set-aside-columns.tsx'

const PAGE = 50

type Asked = {
  readonly what: 'put-back' | 'delete'
  /** Null: all of them. */
  readonly one: SetAsideMessage | null
}

/** What consumers of this queue could not read: kept, until a person puts it back or deletes it. */
export function SetAsidePanel({ queue, count }: { readonly queue: string; readonly count: number }) {
  // Their number tells when there are others.
  const { data, error, refresh } = useAnswer<SetAsideMessages>(queueAddress(queue, 'set-aside', { limit: PAGE }), count)
  const { cannotAct, cannotDo } = useMe()
  const cannotDelete = cannotDo('queue.discard')
  const [open, setOpen] = useState<SetAsideMessage | null>(null)
  const [asked, setAsked] = useState<Asked | null>(null)
  const columns = useMemo(
    () =>
      setAsideColumns({
        onOpen: setOpen,
        onPutBack: (one) => setAsked({ what: 'put-back', one }),
        onDelete: (one) => setAsked({ what: 'delete', one }),
        cannotPutBack: cannotAct,
        cannotDelete,
      }),
    [cannotAct, cannotDelete],
  )
  const shown = data?.messages.length ?? 0
  const buttons = (
    <>
      <Button
        variant="quiet"
        icon={Undo2}
        disabledReason={cannotAct}
        onClick={() => setAsked({ what: 'put-back', one: null })}
      >
        Put all back…
      </Button>
      <Button
        variant="quiet"
        icon={Trash2}
        disabledReason={cannotDelete}
        onClick={() => setAsked({ what: 'delete', one: null })}
      >
        Delete all…
      </Button>
    </>
  )
  return (
    <Panel
      cards
      title="Messages set aside"
      note={`${formatCount(count)} could not be read${count > shown && shown > 0 ? `, the newest ${PAGE} shown` : ''}`}
      aside={<span className="flex gap-1 max-md:hidden">{buttons}</span>}
    >
      <div className="flex gap-1 pb-2 md:hidden">{buttons}</div>
      {error !== null && (
        <div className="p-3">
          <Callout level="bad" title="They could not be read from the broker.">
            {error}
          </Callout>
        </div>
      )}
      {data === null && error === null && <Skeleton rows={Math.min(3, count)} />}
      {data !== null && (
        <DataTable
          label={`Messages set aside from ${queue}`}
          rows={data.messages}
          columns={columns}
          rowKey={keyOf}
          empty={<p className="px-cell-x pt-1 pb-4 text-fg-3 text-sm">None is left.</p>}
        />
      )}
      {open !== null && <MessageDialog message={open.message} onClose={() => setOpen(null)} />}
      {asked !== null && (
        <Question asked={asked} queue={queue} count={count} onDone={refresh} onClose={() => setAsked(null)} />
      )}
    </Panel>
  )
}

type QuestionProps = {
  readonly asked: Asked
  readonly queue: string
  readonly count: number
  readonly onDone: () => void
  readonly onClose: () => void
}

function Question({ asked, queue, count, onDone, onClose }: QuestionProps) {
  const action = useAction()
  const { one } = asked
  const many = one === null ? plural(count, 'message') : '1 message'
  const input = { queue, ...(one !== null && { ids: [one.id] }) }
  if (asked.what === 'delete') {
    return (
      <Confirm
        open
        onClose={onClose}
        level={one === null ? 3 : 2}
        {...(one === null && { typed: queue })}
        danger
        title={`Delete ${many}?`}
        verb={`Delete ${many}`}
        facts={['What was set aside is deleted. This cannot be undone.', 'What waits in the queue is not touched.']}
        onConfirm={() => action.run('queue.discard', input).then(onDone)}
      />
    )
  }
  return (
    <Confirm
      open
      onClose={onClose}
      level={2}
      title={`Put ${many} back into ${queue}?`}
      verb={`Put ${many} back`}
      facts={[
        'As they are, at the end of the queue. An Umbel worker that still cannot read one sets it aside again.',
        'A worker in Python stops at a message that it cannot read.',
      ]}
      onConfirm={() => action.run('queue.put-back', input).then(onDone)}
    />
  )
}

const keyOf = (message: SetAsideMessage) => `${message.id} ${message.message.position}`
