'use client'

import { LogOut } from 'lucide-react'
import { useState } from 'react'
import type { Me } from '../../lib/live/http.ts'
import { logOut } from '../frame/person.tsx'
import { currentDensity, DENSITIES, type Density, nextDensity, theme, toggleTheme } from '../frame/theme.ts'
import { useMe } from '../live/use-me.ts'
import { Button } from '../ui/button.tsx'
import { Callout } from '../ui/callout.tsx'
import { Panel } from '../ui/panel.tsx'
import { Select } from '../ui/select.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { useStore } from '../ui/store.ts'
import { nextTimeForm, timeForm } from '../ui/time-form.ts'
import { FactList } from './fact-list.tsx'

const VIA: Readonly<Record<Me['via'], string>> = {
  none: 'Nobody has to log in here',
  basic: 'Name and password of the configuration',
  session: 'A log-in at the provider',
  token: 'An API token',
}
const MAY: Readonly<Record<Me['role'], string>> = {
  viewer: 'may look at everything',
  operator: 'may also retry, revoke, set rates and hold schedules',
  admin: 'may do everything',
}
const THEMES = [
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const
const DENSITY_WORDS: Readonly<Record<Density, string>> = { compact: 'Compact', normal: 'Normal', roomy: 'Roomy' }
const TIMES = [
  { value: 'relative', label: 'As ages: 3 m ago' },
  { value: 'local', label: 'Time of day, here' },
  { value: 'utc', label: 'Time of day, UTC' },
] as const

/** Who looks at this, what they may do, and how they want to see it. */
export function YouTab() {
  const { me, cannotAct } = useMe()
  if (me === null) return <Skeleton rows={4} />
  return (
    <div className="flex max-w-3xl flex-col gap-4">
      {cannotAct !== null && (
        <Callout level="info" title="You can look, and change nothing.">
          {cannotAct}.
        </Callout>
      )}
      <Panel title="You">
        <FactList
          facts={[
            ['Name', me.user ?? 'Anonymous'],
            ['Logged in by', VIA[me.via]],
            ['Role', `${me.role}: ${MAY[me.role]}`],
            ...(me.canLogOut
              ? ([
                  [
                    'Session',
                    <Button key="out" icon={LogOut} onClick={logOut}>
                      Log out
                    </Button>,
                  ],
                ] as const)
              : []),
          ]}
        />
      </Panel>
      <Appearance />
    </div>
  )
}

function Appearance() {
  const shown = useStore(theme, 'light')
  const form = useStore(timeForm, 'relative')
  const [density, setDensity] = useState<Density>(currentDensity)
  return (
    <Panel title="How it looks" note="kept in this browser">
      <FactList
        facts={[
          [
            'Theme',
            <Select
              key="theme"
              aria-label="Theme"
              options={THEMES}
              value={shown}
              onChange={(wanted) => wanted === shown || toggleTheme()}
            />,
          ],
          [
            'Times',
            <Select
              key="times"
              aria-label="Times"
              options={TIMES}
              value={form}
              onChange={(wanted) => {
                while (timeForm.get() !== wanted) nextTimeForm()
              }}
            />,
          ],
          [
            'Density',
            <Select
              key="density"
              aria-label="Density"
              options={DENSITIES.map((each) => ({ value: each, label: DENSITY_WORDS[each] }))}
              value={density}
              onChange={(wanted) => {
                while (currentDensity() !== wanted) nextDensity()
                setDensity(wanted)
              }}
            />,
          ],
        ]}
      />
    </Panel>
  )
}
