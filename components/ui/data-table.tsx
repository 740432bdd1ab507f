'use client'

import { ArrowDown, ArrowUp } from 'lucide-react'
import { type KeyboardEvent, type MouseEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import { cx } from './cx.ts'
import { holdOrder, type SortState, type SortValue, sortRows } from './data-table.model.ts'
import { useRouter } from './navigation.ts'
import { withPrefix } from './prefix.ts'

export interface Column<Row> {
  readonly id: string
  readonly head: string
  readonly cell: (row: Row) => ReactNode
  /** What the column is sorted by; without it it cannot be sorted. Unknown (null) comes last. */
  readonly sort?: (row: Row) => SortValue
  /** Which way the first click sorts: names up, numbers down. */
  readonly first?: 'up' | 'down'
  readonly align?: 'left' | 'right'
  /** Classes of head and cells: width, and where it falls away (`max-lg:hidden`). */
  readonly className?: string
  /** What the number counts, on hover of the head. */
  readonly tip?: string
}

export interface DataTableProps<Row> {
  readonly label: string
  readonly rows: readonly Row[]
  readonly columns: readonly Column<Row>[]
  readonly rowKey: (row: Row) => string
  /** Where the row leads. Its first column should hold the link itself. */
  readonly href?: (row: Row) => string
  readonly defaultSort?: SortState
  /** Shown instead of rows. */
  readonly empty?: ReactNode
  readonly className?: string
}

/**
 * A table that is drawn whole, for lists of tens. While the pointer or the focus is in it no row changes its place:
 * values change, the order waits. On a phone each row is a card.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, rows, columns, rowKey, href, defaultSort = null, empty, className } = props
  const router = useRouter()
  const [sort, setSort] = useState<SortState>(defaultSort)
  const [held, setHeld] = useHeld()
  const order = useRef<readonly string[]>([])
  const shown = useMemo(() => {
    const by = columns.find((column) => column.id === sort?.column)?.sort
    const sorted = by === undefined || sort === null ? rows : sortRows(rows, by, sort.down)
    return held ? holdOrder(order.current, sorted, rowKey) : sorted
  }, [rows, columns, rowKey, sort, held])
  useEffect(() => {
    order.current = shown.map(rowKey)
  }, [shown, rowKey])

  const go = (event: MouseEvent, row: Row) => {
    if (href === undefined || isInteractive(event.target)) return
    if (event.metaKey || event.ctrlKey) window.open(withPrefix(href(row)), '_blank')
    else router.push(href(row))
  }
  if (rows.length === 0 && empty !== undefined) return <>{empty}</>
  return (
    <table
      aria-label={label}
      className={cx('w-full border-collapse text-sm max-md:block', className)}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <thead className="max-md:sr-only">
        <tr>
          {columns.map((column) => (
            <HeadCell
              key={column.id}
              column={column}
              sort={sort}
              onSort={(next) => {
                order.current = []
                setSort(next)
              }}
            />
          ))}
        </tr>
      </thead>
      <tbody className="max-md:flex max-md:flex-col max-md:gap-2 max-md:p-2">
        {shown.map((row) => (
          <tr
            key={rowKey(row)}
            data-key={rowKey(row)}
            onClick={(event) => go(event, row)}
            onKeyDown={moveBetweenRows}
            className={cx(
              'border-b border-line/60 hover:bg-hover md:last:border-b-0',
              'max-md:flex max-md:flex-wrap max-md:gap-x-4 max-md:gap-y-1 max-md:rounded-lg max-md:border max-md:border-line max-md:bg-surface max-md:p-3',
              href !== undefined && 'cursor-pointer',
            )}
          >
            {columns.map((column, i) => (
              <td
                key={column.id}
                className={cx(
                  'h-row px-cell-x py-0.5 align-middle max-md:h-auto max-md:p-0',
                  column.align === 'right' && 'text-right max-md:text-left',
                  i === 0 && 'max-md:w-full',
                  column.className,
                )}
              >
                {i > 0 && (
                  <span className="mr-1.5 text-2xs text-fg-3 md:hidden" aria-hidden>
                    {column.head}
                  </span>
                )}
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

interface HeadCellProps<Row> {
  readonly column: Column<Row>
  readonly sort: SortState
  readonly onSort: (sort: SortState) => void
}

function HeadCell<Row>({ column, sort, onSort }: HeadCellProps<Row>) {
  const active = sort !== null && sort.column === column.id
  const Arrow = active && sort.down ? ArrowDown : ArrowUp
  const right = column.align === 'right'
  return (
    <th
      scope="col"
      aria-sort={active ? (sort.down ? 'descending' : 'ascending') : undefined}
      className={cx(
        'sticky top-12 z-1 h-8 border-b border-line bg-surface px-cell-x text-2xs font-medium text-fg-3',
        right ? 'text-right' : 'text-left',
        column.className,
      )}
      data-tip={column.tip}
    >
      {column.sort === undefined ? (
        column.head
      ) : (
        <button
          type="button"
          className={cx(
            'inline-flex min-h-6 items-center gap-0.5 whitespace-nowrap hover:text-fg',
            right && 'flex-row-reverse',
            active && 'text-fg',
          )}
          onClick={() => onSort({ column: column.id, down: active ? !sort.down : column.first === 'down' })}
        >
          {column.head}
          {active && <Arrow size={12} strokeWidth={2} aria-hidden />}
        </button>
      )}
    </th>
  )
}

/** Held while the pointer or focus is inside, and two seconds longer. */
function useHeld(): [boolean, (inside: boolean) => void] {
  const [held, setHeld] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const change = (inside: boolean) => {
    clearTimeout(timer.current)
    if (inside) setHeld(true)
    else timer.current = setTimeout(() => setHeld(false), 2_000)
  }
  return [held, change]
}

function isInteractive(target: EventTarget): boolean {
  return target instanceof Element && target.closest('a,button,input,select,label,[role="menu"]') !== null
}

/** ↓ ↑ j k go to the link of the next or previous row. */
function moveBetweenRows(event: KeyboardEvent<HTMLTableRowElement>): void {
  const down = event.key === 'ArrowDown' || event.key === 'j'
  if (!down && event.key !== 'ArrowUp' && event.key !== 'k') return
  const row = down ? event.currentTarget.nextElementSibling : event.currentTarget.previousElementSibling
  const link = row?.querySelector<HTMLElement>('a,button')
  if (link === null || link === undefined) return
  event.preventDefault()
  link.focus()
}
