'use client'

import { useState } from 'react'
import type { SettingFact } from '../../lib/live/views.ts'
import { formatCount } from '../ui/format.ts'
import { Panel } from '../ui/panel.tsx'
import { Switch } from '../ui/switch.tsx'
import { FactsTable } from './facts-table.tsx'

/** Where Celery's documentation explains a setting. */
function settingHref(name: string): string {
  return `https://docs.celeryq.dev/en/stable/userguide/configuration.html#std-setting-${encodeURIComponent(name)}`
}

type Props = { readonly facts: readonly SettingFact[]; readonly empty: string }

/** The settings that a worker runs with, and where other workers have others. */
export function WorkerConfiguration({ facts, empty }: Props) {
  const [onlyOthers, setOnlyOthers] = useState(false)
  const differing = facts.filter(({ others }) => others !== null)
  const isOnly = onlyOthers && differing.length > 0
  return (
    <Panel
      flush
      title="Configuration"
      note={
        facts.length === 0
          ? undefined
          : differing.length === 0
            ? 'the same on all workers that told theirs'
            : `${formatCount(differing.length)} of ${formatCount(facts.length)} differ from other workers`
      }
      aside={differing.length > 0 && <Switch label="Only what differs" checked={onlyOthers} onChange={setOnlyOthers} />}
    >
      <FactsTable
        label="Configuration"
        facts={isOnly ? differing : facts}
        empty={empty}
        linkOf={settingHref}
        noteOf={(fact) => others(differing, fact.name)}
      />
    </Panel>
  )
}

function others(differing: readonly SettingFact[], name: string): string | null {
  const text = differing.find((fact) => fact.name === name)?.others ?? null
  return text === null ? null : `elsewhere ${text}`
}
