'use client'

import { Plus } from 'lucide-react'
import { useState } from 'react'
import { Page } from '../frame/page.tsx'
import { useMe } from '../live/use-me.ts'
import { Button } from '../ui/button.tsx'
import { TabPanel, Tabs } from '../ui/tabs.tsx'
import { useUrlParam } from '../ui/use-url-param.ts'
import { AccessTab } from './access-tab.tsx'
import { TokensTab } from './tokens-tab.tsx'
import { YouTab } from './you-tab.tsx'

const TABS = ['you', 'access', 'tokens'] as const
const TAB_ITEMS = [
  { id: 'you', label: 'You' },
  { id: 'access', label: 'Access' },
  { id: 'tokens', label: 'API tokens' },
] as const

/** Who you are here, who else may come in, and with which tokens programs do. */
export function SettingsPage() {
  const [tab, setTab] = useUrlParam('tab', TABS, 'you')
  const [creating, setCreating] = useState(false)
  const { cannotAdmin } = useMe()
  return (
    <Page
      title="Settings"
      actions={
        tab === 'tokens' && (
          <Button icon={Plus} className="max-md:h-9" disabledReason={cannotAdmin} onClick={() => setCreating(true)}>
            New token
          </Button>
        )
      }
    >
      <Tabs label="Settings" name="settings" tabs={TAB_ITEMS} value={tab} onChange={setTab} />
      <TabPanel name="settings" id={tab} className="pt-4">
        {tab === 'you' && <YouTab />}
        {tab === 'access' && <AccessTab />}
        {tab === 'tokens' && <TokensTab creating={creating} onCreated={() => setCreating(false)} />}
      </TabPanel>
    </Page>
  )
}
