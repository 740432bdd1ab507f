'use client'

import type { AccessView } from '../../lib/live/http.ts'
import { useMe } from '../live/use-me.ts'
import { Badge } from '../ui/badge.tsx'
import { Callout } from '../ui/callout.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { Panel } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { AdminsOnly } from './admins-only.tsx'
import { FactList } from './fact-list.tsx'
import { useAccess } from './use-access.ts'

type Line = AccessView['roles'][number]

const PROVIDERS: Readonly<Record<string, string>> = {
  google: 'Google',
  github: 'GitHub',
  gitlab: 'GitLab',
  okta: 'Okta',
  oidc: 'OpenID Connect',
}
const TONES = { viewer: 'plain', operator: 'accent', admin: 'warn' } as const
const COLUMNS: readonly Column<Line>[] = [
  { id: 'who', head: 'Who', cell: ({ who }) => <span className="font-mono text-xs">{wordsFor(who)}</span> },
  { id: 'role', head: 'Role', className: 'md:w-32', cell: ({ role }) => <Badge tone={TONES[role]}>{role}</Badge> },
]

/** How people log in and as what; it is set by options and the config file. */
export function AccessTab() {
  const { me } = useMe()
  if (me !== null && me.role !== 'admin') return <AdminsOnly what="who may come in" />
  return <Known />
}

function Known() {
  const { view, error } = useAccess()
  if (error !== null) return <Callout level="bad">{error}</Callout>
  if (view === null) return <Skeleton rows={6} />
  return (
    <div className="flex max-w-3xl flex-col gap-4">
      {view.users.length === 0 && view.pattern === null && (
        <Callout level="warn" title="Nobody has to log in.">
          Whoever reaches this port may look. Set --basic-auth, or --auth with --auth-provider.
        </Callout>
      )}
      <Panel title="Log-in" note="set by options or the config file">
        <FactList
          facts={[
            ['Passwords', view.users.length === 0 ? 'none' : view.users.join(', ')],
            ['Provider', view.provider === null ? 'none' : (PROVIDERS[view.provider] ?? view.provider)],
            ['Addresses', view.pattern === null ? 'none' : <code className="font-mono text-xs">{view.pattern}</code>],
          ]}
        />
      </Panel>
      <Panel title="Roles" flush note={view.roles.length === 0 ? undefined : 'the most exact line counts'}>
        <DataTable
          label="Roles"
          rows={view.roles}
          columns={COLUMNS}
          rowKey={({ who }) => who}
          empty={
            <p className="px-cell-x pb-3 text-fg-2 text-sm">No roles are set: whoever logs in may do everything.</p>
          }
        />
      </Panel>
    </div>
  )
}

function wordsFor(who: string): string {
  return who === '*' ? 'everybody else' : who
}
