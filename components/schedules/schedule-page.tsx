'use client'

import type { ScheduleRowView, ScheduleView } from '../../lib/live/schedule-views.ts'
import { Page } from '../frame/page.tsx'
import { LiveView } from '../live/live-view.tsx'
import { useLive } from '../live/use-live.ts'
import { useMe } from '../live/use-me.ts'
import { Callout } from '../ui/callout.tsx'
import { cx } from '../ui/cx.ts'
import { Empty } from '../ui/empty.tsx'
import { useRouter } from '../ui/navigation.ts'
import { PageSkeleton } from '../ui/page-skeleton.tsx'
import { Panel } from '../ui/panel.tsx'
import { NextTimes } from './next-times.tsx'
import { RunChart } from './run-chart.tsx'
import { ScheduleButtons } from './schedule-buttons.tsx'
import { ScheduleFacts, ScheduleHead } from './schedule-facts.tsx'
import { lastsText } from './schedule-rights.ts'
import { ScheduleRuns } from './schedule-runs.tsx'
import { STATE_LOOKS, stateOf } from './schedule-state.ts'
import { type ScheduleActions, useScheduleActions } from './use-schedule-actions.tsx'

/** One entry: when it runs, whether it did, and what can be done about it. `id` is `<source>/<name>`. */
export function SchedulePage({ id }: { readonly id: string }) {
  const router = useRouter()
  const state = useLive({ name: 'schedule', id })
  const actions = useScheduleActions(() => router.push('/schedules'))
  const { cannotAct } = useMe()
  const name = id.slice(id.indexOf('/') + 1)
  return (
    <Page title={name} documentTitle={`${name} · Schedules`}>
      <LiveView
        state={state}
        skeleton={<PageSkeleton lines={['h-9 w-96']} boxes="lg:grid-cols-[minmax(0,1fr)_22rem]" rows={6} />}
      >
        {(view, isStale) =>
          view.row === null ? (
            <Empty title={`No schedule is called ${name}`}>
              It may have been deleted or renamed, or what it is kept in cannot be read now.
            </Empty>
          ) : (
            <div className={cx('flex flex-col gap-4', isStale && 'grayscale')}>
              <Content view={view} row={view.row} cannotAct={cannotAct} actions={actions} />
            </div>
          )
        }
      </LiveView>
      {actions.dialog}
    </Page>
  )
}

type ContentProps = {
  readonly view: ScheduleView
  readonly row: ScheduleRowView
  readonly cannotAct: string | null
  readonly actions: ScheduleActions
}

function Content({ view, row, cannotAct, actions }: ContentProps) {
  return (
    <>
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <ScheduleHead row={row} />
        {!row.inferred && <ScheduleButtons row={row} cannotAct={cannotAct} actions={actions} />}
      </div>
      {row.warnings.map((warning) => (
        <Callout key={warning} level={row.broken ? 'bad' : 'warn'}>
          {warning}
        </Callout>
      ))}
      {row.inferred && (
        <Callout level="info" title="Found from its messages.">
          The schedule itself cannot be read: when it runs next is not known, and nothing can be changed from here.
        </Callout>
      )}
      {row.editLasts !== null && !row.inferred && <p className="text-fg-2 text-sm">{lastsText(row.editLasts)}</p>}
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="flex min-w-0 flex-col gap-4">
          <Panel>
            <RunChart runs={view.runs} />
          </Panel>
          <ScheduleRuns runs={view.runs} />
        </div>
        <div className="flex min-w-0 flex-col gap-4 max-lg:row-start-1">
          <NextTimes nextMs={view.nextMs} zone={row.zone} note={nextNote(row)} />
          <Panel title="Entry">
            <ScheduleFacts view={view} row={row} />
          </Panel>
        </div>
      </div>
    </>
  )
}

/** Why the next runs will not take place as they stand there. */
function nextNote(row: ScheduleRowView): string | null {
  const state = stateOf(row)
  if (state === 'held') return 'left out while it is held'
  return state === 'off' ? `${STATE_LOOKS.off.word.toLowerCase()}: they do not take place` : null
}
