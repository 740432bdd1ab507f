/** The Overview's parts in their sizes, before the first word of the server. */
export function OverviewSkeleton() {
  return (
    <div aria-hidden className="pulse flex flex-col gap-4">
      <div className="h-5 w-64 rounded-sm bg-hover" />
      <div className="h-[4.75rem] rounded-lg border border-line bg-surface" />
      <div className="grid gap-4 lg:grid-cols-2">
        {['a', 'b', 'c', 'd'].map((key) => (
          <div key={key} className="h-60 rounded-lg border border-line bg-surface" />
        ))}
      </div>
    </div>
  )
}
