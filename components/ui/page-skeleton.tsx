import { Panel } from './panel.tsx'
import { Skeleton } from './skeleton.tsx'

type Props = {
  /** Lines above the parts, as class names of their sizes. */
  readonly lines: readonly string[]
  /** The columns of two boxes side by side: charts, facts. Null: there are none. */
  readonly boxes: string | null
  /** Rows of the table at the end. */
  readonly rows: number
}

/** The parts of a page in their sizes, before the first word of the server. */
export function PageSkeleton({ lines, boxes, rows }: Props) {
  return (
    <div aria-hidden className="flex flex-col gap-4">
      {lines.map((line, i) => (
        <div key={i} className={`pulse max-w-full rounded-sm bg-hover ${line}`} />
      ))}
      {boxes !== null && (
        <div className={`pulse grid gap-4 ${boxes}`}>
          <div className="h-60 rounded-lg border border-line bg-surface" />
          <div className="h-60 rounded-lg border border-line bg-surface" />
        </div>
      )}
      <Panel flush>
        <Skeleton rows={rows} />
      </Panel>
    </div>
  )
}
