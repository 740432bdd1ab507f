import type { QueueView } from '../../lib/live/views.ts'
import { Link } from '../ui/link.tsx'
import { Panel } from '../ui/panel.tsx'
import { FactsTable } from '../workers/facts-table.tsx'
import { NoRows } from './read-panel.tsx'

/** How a queue is set up: the workers declared it, the rules of the alerts watch it. */
export function SettingsPanel({ view }: { readonly view: QueueView }) {
  const { declared, rules } = view.settings
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Panel flush title="As the workers declare it">
        <FactsTable
          label="As the workers declare it"
          facts={declared}
          empty="No worker takes from it now; the broker itself does not know how it is meant."
        />
      </Panel>
      <Panel flush title="Alert rules">
        {rules.length === 0 ? (
          <NoRows>No rule watches the length of this queue.</NoRows>
        ) : (
          <ul>
            {rules.map(({ name, sentence }) => (
              <li key={name} className="border-line/60 border-b px-cell-x py-1.5 text-sm last:border-b-0">
                <span className="font-medium">{name}</span> <span className="text-fg-2">{sentence}</span>
              </li>
            ))}
          </ul>
        )}
        <p className="px-cell-x pt-1 pb-3 text-sm">
          <Link href="/alerts?tab=rules" className="link">
            Rules
          </Link>
        </p>
      </Panel>
    </div>
  )
}
