import { formatPercent } from '../ui/format.ts'

/** A share of a whole as a bar and as a number. */
export function ShareBar({ share }: { readonly share: number }) {
  return (
    <span className="inline-flex items-center gap-2 whitespace-nowrap">
      <span aria-hidden className="h-2 w-16 shrink-0 overflow-hidden rounded-sm bg-line">
        <span className="block h-full bg-chart-running" style={{ width: `${Math.min(1, share) * 100}%` }} />
      </span>
      <span className="min-w-10 text-right">{formatPercent(share)}</span>
    </span>
  )
}
