import { Panel } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'

/** A queue's parts in their sizes, before the first word of the server. */
export function QueueSkeleton() {
  return (
    <div aria-hidden className="flex flex-col gap-4">
      <div className="pulse h-5 w-96 max-w-full rounded-sm bg-hover" />
      <div className="pulse grid gap-4 lg:grid-cols-2">
        <div className="h-60 rounded-lg border border-line bg-surface" />
        <div className="h-60 rounded-lg border border-line bg-surface" />
      </div>
      <Panel flush>
        <Skeleton rows={4} />
      </Panel>
    </div>
  )
}
