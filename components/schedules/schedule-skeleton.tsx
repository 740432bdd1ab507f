import { Panel } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'

/** The parts of an entry's page in their sizes, before the first word of the server. */
export function ScheduleSkeleton() {
  return (
    <div aria-hidden className="flex flex-col gap-4">
      <div className="pulse h-9 w-96 max-w-full rounded-sm bg-hover" />
      <div className="pulse grid gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="h-60 rounded-lg border border-line bg-surface" />
        <div className="h-60 rounded-lg border border-line bg-surface" />
      </div>
      <Panel flush>
        <Skeleton rows={6} />
      </Panel>
    </div>
  )
}
