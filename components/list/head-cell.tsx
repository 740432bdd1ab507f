// biome-ignore-all lint/a11y/useSemanticElements: a windowed list is a grid of divs; a table cannot be windowed
// biome-ignore-all lint/a11y/useFocusableInteractive: the button in it has the focus
import { ArrowDown, ArrowUp } from 'lucide-react'
import { cx } from '../ui/cx.ts'

/** A sort as it stands in the address: a column, with `-` for the largest or newest first. */
export type SortOf<Key extends string> = Key | `-${Key}`

export interface HeadColumn<Key extends string> {
  readonly id: string
  readonly head: string
  /** Null: the list is not sorted by it. */
  readonly sort: Key | null
  readonly right?: boolean
  readonly tip?: string | undefined
}

interface HeadCellProps<Key extends string> {
  readonly column: HeadColumn<Key>
  readonly sort: SortOf<Key>
  readonly onSort: (sort: SortOf<Key>) => void
  /** Columns that begin with the first; the others begin with the largest or newest. */
  readonly upFirst: readonly Key[]
}

/** The head of a column of a live list, a button where the list can be sorted by it. */
export function HeadCell<Key extends string>({ column, sort, onSort, upFirst }: HeadCellProps<Key>) {
  const key = column.sort
  const down = sort.startsWith('-')
  const active = key !== null && (down ? sort.slice(1) : sort) === key
  const Arrow = active && !down ? ArrowUp : ArrowDown
  const downNext = active ? !down : key !== null && !upFirst.includes(key)
  return (
    <div
      role="columnheader"
      data-column={column.id}
      aria-sort={active ? (down ? 'descending' : 'ascending') : undefined}
      data-tip={column.tip}
      className={cx('min-w-0 px-2', column.right === true && 'text-right')}
    >
      {key === null ? (
        column.head
      ) : (
        <button
          type="button"
          onClick={() => onSort(downNext ? `-${key}` : key)}
          className={cx(
            'inline-flex min-h-6 items-center gap-0.5 hover:text-fg',
            column.right === true && 'flex-row-reverse',
            active && 'text-fg',
          )}
        >
          {column.head}
          {active && <Arrow size={12} strokeWidth={2} aria-hidden />}
        </button>
      )}
    </div>
  )
}
