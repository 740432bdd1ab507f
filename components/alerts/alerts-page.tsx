'use client'

import { Plus } from 'lucide-react'
import { useState } from 'react'
import type { AlertsView, RuleView } from '../../lib/live/views.ts'
import { Page } from '../frame/page.tsx'
import { LiveView } from '../live/live-view.tsx'
import { useLive } from '../live/use-live.ts'
import { useMe } from '../live/use-me.ts'
import { Button } from '../ui/button.tsx'
import { formatCount } from '../ui/format.ts'
import { Panel } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { TabPanel, Tabs } from '../ui/tabs.tsx'
import { useUrlParam } from '../ui/use-url-param.ts'
import { AlertHistory } from './alert-history.tsx'
import { AlertList } from './alert-list.tsx'
import { ChannelDialog } from './channel-dialog.tsx'
import { ChannelList } from './channel-list.tsx'
import { RuleDialog } from './rule-dialog.tsx'
import { RuleList } from './rule-list.tsx'

const TABS = ['firing', 'rules', 'channels', 'history'] as const
type Tab = (typeof TABS)[number]
type Open = { readonly what: 'rule'; readonly rule: RuleView | null } | { readonly what: 'channel' }

/** What fires and why, who knows, and how to be told. */
export function AlertsPage() {
  const state = useLive({ name: 'alerts' })
  const [tab, setTab] = useUrlParam('tab', TABS, 'firing')
  const [open, setOpen] = useState<Open | null>(null)
  const { cannotAct, cannotAdmin } = useMe()
  const firing = state.view?.active.filter((alert) => alert.state === 'firing').length ?? 0
  return (
    <Page
      title="Alerts"
      documentTitle={firing > 0 ? `${firing} firing · Alerts` : 'Alerts'}
      actions={state.view !== null && <NewButton tab={tab} cannotAct={cannotAdmin} onOpen={setOpen} />}
    >
      <LiveView
        state={state}
        skeleton={
          <Panel flush>
            <Skeleton rows={6} />
          </Panel>
        }
      >
        {(view, isStale) => (
          <div className={isStale ? 'grayscale' : ''}>
            <Tabs label="Alerts" name="alerts" tabs={tabsOf(view)} value={tab} onChange={setTab} />
            <div className="pt-4">
              <TabPanel name="alerts" id={tab}>
                <Content
                  tab={tab}
                  view={view}
                  cannotAct={cannotAct}
                  cannotAdmin={cannotAdmin}
                  onEdit={(rule) => setOpen({ what: 'rule', rule })}
                />
              </TabPanel>
            </div>
            {open?.what === 'rule' && <RuleDialog view={view} rule={open.rule} onClose={() => setOpen(null)} />}
            {open?.what === 'channel' && <ChannelDialog channels={view.channels} onClose={() => setOpen(null)} />}
          </div>
        )}
      </LiveView>
    </Page>
  )
}

type ContentProps = {
  readonly tab: Tab
  readonly view: AlertsView
  readonly cannotAct: string | null
  readonly cannotAdmin: string | null
  readonly onEdit: (rule: RuleView) => void
}

function Content({ tab, view, cannotAct, cannotAdmin, onEdit }: ContentProps) {
  switch (tab) {
    case 'firing':
      return <AlertList alerts={view.active} rules={view.rules} evaluatedMs={view.evaluatedMs} cannotAct={cannotAct} />
    case 'rules':
      return <RuleList rules={view.rules} cannotAct={cannotAct} onEdit={onEdit} />
    case 'channels':
      return <ChannelList channels={view.channels} rules={view.rules} cannotAct={cannotAdmin} />
    case 'history':
      return <AlertHistory history={view.history} />
  }
}

type NewButtonProps = { readonly tab: Tab; readonly cannotAct: string | null; readonly onOpen: (open: Open) => void }

/** The page's one primary action: what is new depends on what is looked at. */
function NewButton({ tab, cannotAct, onOpen }: NewButtonProps) {
  const isChannel = tab === 'channels'
  return (
    <Button
      icon={Plus}
      className="max-md:h-9"
      disabledReason={cannotAct}
      onClick={() => onOpen(isChannel ? { what: 'channel' } : { what: 'rule', rule: null })}
    >
      {isChannel ? 'New channel' : 'New rule'}
    </Button>
  )
}

function tabsOf(view: AlertsView) {
  const firing = view.active.length
  return [
    { id: 'firing', label: 'Firing', count: formatCount(firing) },
    { id: 'rules', label: 'Rules', count: formatCount(view.rules.length) },
    { id: 'channels', label: 'Channels', count: formatCount(view.channels.length) },
    { id: 'history', label: 'History', ...(view.history.length > 0 && { count: formatCount(view.history.length) }) },
  ] as const
}
