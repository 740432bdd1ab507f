import { ChevronUp } from 'lucide-react'
import { formatCount } from '../ui/format.ts'
import type { ShownList } from './shown-list.model.ts'

type Props = {
  readonly list: Pick<ShownList<unknown>, 'fresh' | 'gone' | 'moved'>
  /** New rows that are not all loaded: "100+". */
  readonly more?: boolean
  readonly onTake: () => void
}

/** What waits to be shown: it stands in the head and covers no row's place. */
export function Pill({ list, more = false, onTake }: Props) {
  const { fresh, gone, moved } = list
  const parts = [
    ...(fresh > 0 ? [`${formatCount(fresh)}${more ? '+' : ''} new`] : []),
    ...(gone > 0 ? [`${formatCount(gone)} no longer ${gone === 1 ? 'matches' : 'match'}`] : []),
    ...(moved && fresh === 0 ? ['Order changed, sort again'] : []),
  ]
  if (parts.length === 0) return null
  return (
    <div className="pointer-events-none absolute inset-x-0 top-0.5 z-20 flex justify-center max-md:-top-8 max-md:justify-end">
      <button
        type="button"
        onClick={onTake}
        data-pill
        className="fade-in pointer-events-auto flex h-7 items-center gap-1 rounded-full border border-line bg-raised px-3 text-xs font-medium text-accent shadow-pop hover:bg-hover"
      >
        <ChevronUp size={14} strokeWidth={2} aria-hidden />
        {parts.join(' · ')}
      </button>
    </div>
  )
}
