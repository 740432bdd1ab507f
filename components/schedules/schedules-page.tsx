'use client'

import { Plus } from 'lucide-react'
import dynamic from 'next/dynamic'
import type { SchedulesView } from '../../lib/live/schedule-views.ts'
import { Page } from '../frame/page.tsx'
import { LiveView } from '../live/live-view.tsx'
import { useLive } from '../live/use-live.ts'
import { useMe } from '../live/use-me.ts'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { Skeleton } from '../ui/skeleton.tsx'
import { TabPanel, Tabs } from '../ui/tabs.tsx'
import { ScheduleList } from './schedule-list.tsx'
import { NoSchedules } from './schedules-empty.tsx'
import { SourceStatus } from './source-status.tsx'
import { type ScheduleActions, useScheduleActions } from './use-schedule-actions.tsx'
import { SCHEDULE_VIEWS, setScheduleAddress, useScheduleAddress } from './use-schedule-address.ts'

const ScheduleCalendar = dynamic(() => import('./schedule-calendar.tsx').then((part) => part.ScheduleCalendar), {
  ssr: false,
  loading: () => <Skeleton rows={10} />,
})

const TAB_WORDS = { list: 'List', calendar: 'Next 24 hours' } as const

/** What runs when, whether it did, and who sends it. */
export function SchedulesPage() {
  const state = useLive({ name: 'schedules' })
  const actions = useScheduleActions()
  const { cannotAct } = useMe()
  const { view } = state
  const overdue = view?.rows.filter((row) => row.overdueSinceMs !== null && row.enabled).length ?? 0
  return (
    <Page
      title="Schedules"
      documentTitle={overdue > 0 ? `${overdue} overdue · Schedules` : 'Schedules'}
      actions={view !== null && <NewButton view={view} cannotAct={cannotAct} actions={actions} />}
      fill
    >
      <LiveView
        state={state}
        skeleton={
          <div className="bg-surface">
            <Skeleton rows={14} />
          </div>
        }
      >
        {(shown, isStale) => (
          <div className={cx('flex min-h-0 flex-1 flex-col', isStale && 'grayscale')}>
            <Content view={shown} actions={actions} cannotAct={cannotAct} />
          </div>
        )}
      </LiveView>
      {actions.dialog}
    </Page>
  )
}

type ContentProps = {
  readonly view: SchedulesView
  readonly actions: ScheduleActions
  readonly cannotAct: string | null
}

function Content({ view, actions, cannotAct }: ContentProps) {
  const address = useScheduleAddress()
  return (
    <>
      <div className="flex flex-col gap-2 pb-1">
        <SourceStatus sources={view.sources} />
        {view.rows.length > 0 && (
          <Tabs
            label="Ways to see the schedules"
            name="schedules"
            tabs={SCHEDULE_VIEWS.map((id) => ({ id, label: TAB_WORDS[id] }))}
            value={address.tab}
            onChange={(tab) => setScheduleAddress({ tab })}
          />
        )}
      </div>
      {view.rows.length === 0 ? (
        <NoSchedules view={view} />
      ) : (
        <TabPanel name="schedules" id={address.tab} className="flex min-h-0 flex-1 flex-col">
          {address.tab === 'calendar' ? (
            <ScheduleCalendar rows={view.rows} />
          ) : (
            <ScheduleList view={view} address={address} actions={actions} cannotAct={cannotAct} />
          )}
        </TabPanel>
      )}
    </>
  )
}

type NewButtonProps = {
  readonly view: SchedulesView
  readonly cannotAct: string | null
  readonly actions: ScheduleActions
}

function NewButton({ view, cannotAct, actions }: NewButtonProps) {
  const sources = view.sources.filter((source) => source.editable && source.error === null)
  const reason = cannotAct ?? (sources.length === 0 ? 'No schedule is known that entries can be added to' : null)
  return (
    <Button
      icon={Plus}
      className="max-md:h-9"
      disabledReason={reason}
      onClick={() => actions.open({ what: 'new', sources })}
    >
      <span>
        New<span className="max-phone:sr-only"> schedule</span>
      </span>
    </Button>
  )
}
