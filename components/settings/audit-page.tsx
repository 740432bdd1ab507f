'use client'

import { Download, RefreshCw } from 'lucide-react'
import { useMemo, useState } from 'react'
import { Page } from '../frame/page.tsx'
import { useMe } from '../live/use-me.ts'
import { Button } from '../ui/button.tsx'
import { Callout } from '../ui/callout.tsx'
import { DataTable } from '../ui/data-table.tsx'
import { Empty } from '../ui/empty.tsx'
import { Panel } from '../ui/panel.tsx'
import { withPrefix } from '../ui/prefix.ts'
import { Skeleton } from '../ui/skeleton.tsx'
import { useAddressQuery } from '../ui/use-address-query.ts'
import { AdminsOnly } from './admins-only.tsx'
import { AUDIT_COLUMNS } from './audit-columns.tsx'
import { AuditFilters } from './audit-filters.tsx'
import { type AuditFilter, useAudit } from './use-audit.ts'

const OUTCOMES = ['done', 'refused', 'failed'] as const

/** Who did what, when, from where, and how it ended: refused and failed tries, log-ins and log-outs too. */
export function AuditPage() {
  const { me } = useMe()
  if (me === null) {
    return (
      <Page title="Audit">
        <Skeleton rows={8} />
      </Page>
    )
  }
  if (me.role !== 'admin') {
    return (
      <Page title="Audit">
        <AdminsOnly what="the audit" />
      </Page>
    )
  }
  return <Lines />
}

function Lines() {
  const address = useAddressQuery()
  const [filter, setFilter] = useState<AuditFilter>(() => filterOf(address))
  const { lines, error, more, reload, busy } = useAudit(filter)
  // Lines have no ids, and their order does not change.
  const places = useMemo(() => new Map(lines?.map((line, place) => [line, place])), [lines])
  const choose = (next: AuditFilter) => {
    setFilter(next)
    keepInAddress(next)
  }
  return (
    <Page
      title="Audit"
      actions={
        <>
          <Button icon={RefreshCw} onClick={reload} busy={busy}>
            Refresh
          </Button>
          <Button
            icon={Download}
            onClick={() => window.location.assign(withPrefix(`/umbel/audit.csv?${queryOf(filter)}`))}
          >
            Export CSV
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <AuditFilters filter={filter} onChange={choose} />
        {error !== null && <Callout level="bad">{error}</Callout>}
        {lines === null ? (
          error === null && <Skeleton rows={8} />
        ) : (
          <Panel flush cards>
            <DataTable
              label="Audit"
              rows={lines}
              columns={AUDIT_COLUMNS}
              rowKey={(line) => `${line.at} ${places.get(line)}`}
              empty={<NothingFound filter={filter} isAll={more === null} />}
            />
          </Panel>
        )}
        {more !== null && (
          <Button onClick={more} busy={busy} className="self-center">
            Show older lines
          </Button>
        )}
      </div>
    </Page>
  )
}

function NothingFound({ filter, isAll }: { readonly filter: AuditFilter; readonly isAll: boolean }) {
  if (!isAll) return <Empty title="None of the newest lines fits.">Older ones may.</Empty>
  const isFiltered = queryOf(filter) !== ''
  return isFiltered ? (
    <Empty title="No line fits." />
  ) : (
    <Empty title="Nothing was changed yet">Every action, log-in and log-out will have a line here.</Empty>
  )
}

function filterOf(address: URLSearchParams): AuditFilter {
  const outcome = OUTCOMES.find((each) => each === address.get('outcome')) ?? ''
  return { who: address.get('who') ?? '', what: address.get('what') ?? '', q: address.get('q') ?? '', outcome }
}

function queryOf(filter: AuditFilter): string {
  return new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== '')).toString()
}

function keepInAddress(filter: AuditFilter): void {
  const search = queryOf(filter)
  window.history.replaceState(null, '', `${window.location.pathname}${search === '' ? '' : `?${search}`}`)
}
