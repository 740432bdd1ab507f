import { Panel } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'

/** A worker's parts in their sizes, before the first word of the server. */
export function WorkerSkeleton() {
  return (
    <div aria-hidden className="flex flex-col gap-4">
      <div className="pulse h-9 w-[34rem] max-w-full rounded-sm bg-hover" />
      <div className="pulse h-9 w-96 max-w-full rounded-sm bg-hover" />
      <Panel flush>
        <Skeleton rows={5} />
      </Panel>
    </div>
  )
}
