'use client'

import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { ApiTokenView } from '../../lib/live/http.ts'
import { post } from '../live/http.ts'
import { useMe } from '../live/use-me.ts'
import { Badge } from '../ui/badge.tsx'
import { Callout } from '../ui/callout.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { Empty } from '../ui/empty.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { Ago } from '../ui/numbers.tsx'
import { Panel } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { AdminsOnly } from './admins-only.tsx'
import { NewToken } from './new-token.tsx'
import { useAccess } from './use-access.ts'

type Props = { readonly creating: boolean; readonly onCreated: () => void }

/** The tokens of programs: what each may do, until when, and when it was last used. */
export function TokensTab(props: Props) {
  const { me } = useMe()
  if (me !== null && me.role !== 'admin') return <AdminsOnly what="API tokens" />
  return <Tokens {...props} />
}

function Tokens({ creating, onCreated }: Props) {
  const { view, error, reload } = useAccess()
  const { cannotAdmin } = useMe()
  const [revoking, setRevoking] = useState<ApiTokenView | null>(null)
  if (error !== null) return <Callout level="bad">{error}</Callout>
  if (view === null) return <Skeleton rows={4} />
  return (
    <div className="flex flex-col gap-4">
      <p className="max-w-3xl text-fg-2 text-sm">
        A program that sends <code className="font-mono text-xs">Authorization: Bearer umb_…</code> may call the HTTP
        API, also where nobody has to log in.
      </p>
      <Panel flush cards>
        <DataTable
          label="API tokens"
          rows={view.tokens}
          columns={columnsOf(cannotAdmin, setRevoking)}
          rowKey={({ id }) => id}
          defaultSort={{ column: 'name', down: false }}
          empty={<Empty title="No token yet">New token makes one for a script or a dashboard.</Empty>}
        />
      </Panel>
      {creating && <NewToken names={view.tokens.map(({ name }) => name)} onClose={onCreated} onMade={reload} />}
      <Confirm
        open={revoking !== null}
        onClose={() => setRevoking(null)}
        level={2}
        danger
        title={`Revoke the token ${revoking?.name ?? ''}?`}
        verb="Revoke token"
        facts={['Programs that use it are refused from now on.']}
        onConfirm={() => post(`/umbel/tokens/${encodeURIComponent(revoking?.id ?? '')}/revoke`, {}).then(reload)}
      />
    </div>
  )
}

function columnsOf(
  cannotAdmin: string | null,
  onRevoke: (token: ApiTokenView) => void,
): readonly Column<ApiTokenView>[] {
  return [
    {
      id: 'name',
      head: 'Name',
      sort: ({ name }) => name,
      cell: ({ name, source, prefix }) => (
        <span className="flex flex-wrap items-center gap-2 py-1">
          <span className="break-words font-medium">{name}</span>
          {source === 'configuration' ? (
            <Badge>configuration</Badge>
          ) : (
            <code className="font-mono text-fg-3 text-xs">{prefix}…</code>
          )}
        </span>
      ),
    },
    { id: 'scope', head: 'May', className: 'md:w-24', sort: ({ scope }) => scope, cell: ({ scope }) => scope },
    {
      id: 'created',
      head: 'Created',
      className: 'md:w-44 whitespace-nowrap max-lg:hidden',
      first: 'down',
      sort: ({ createdMs }) => createdMs,
      cell: ({ createdMs, createdBy }) =>
        createdMs === null ? (
          <span className="text-fg-3">–</span>
        ) : (
          <>
            <Ago ms={createdMs} />
            {createdBy !== null && <span className="text-fg-3"> by {createdBy}</span>}
          </>
        ),
    },
    {
      id: 'expires',
      head: 'Expires',
      className: 'md:w-32 whitespace-nowrap',
      sort: ({ expiresMs }) => expiresMs,
      cell: ({ expiresMs, expired }) =>
        expired ? <Badge tone="bad">expired</Badge> : expiresMs === null ? 'never' : <Ago ms={expiresMs} />,
    },
    {
      id: 'used',
      head: 'Last used',
      className: 'md:w-48 whitespace-nowrap',
      first: 'down',
      sort: ({ lastUsedMs }) => lastUsedMs,
      cell: ({ lastUsedMs, lastUsedFrom }) =>
        lastUsedMs === null ? (
          <span className="text-fg-3">never</span>
        ) : (
          <>
            <Ago ms={lastUsedMs} />
            {lastUsedFrom !== null && <span className="text-fg-3"> from {lastUsedFrom}</span>}
          </>
        ),
    },
    {
      id: 'revoke',
      head: '',
      align: 'right',
      className: 'md:w-12',
      cell: (token) => (
        <IconButton
          icon={Trash2}
          label={`Revoke ${token.name}`}
          disabledReason={
            token.source === 'configuration' ? 'It comes from the configuration: take it out there' : cannotAdmin
          }
          onClick={() => onRevoke(token)}
        />
      ),
    },
  ]
}
