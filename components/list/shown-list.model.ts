/**
 * Which rows a live list shows. Values change in place at any time; rows come, go and move only when the list is taken
 * over, and it is taken over only while nobody points at it (ux.md 3). Pure.
 */
export interface ShownRow<Row> {
  readonly id: string
  readonly row: Row
  /** It no longer matches the filter; it stays, faded, until the next take-over. */
  readonly gone: boolean
}

export interface ShownList<Row> {
  readonly rows: readonly ShownRow<Row>[]
  /** Rows of the present that are not shown yet. */
  readonly fresh: number
  readonly gone: number
  /** True when the shown order is not the present one any more. */
  readonly moved: boolean
}

export const EMPTY_LIST: ShownList<never> = { rows: [], fresh: 0, gone: 0, moved: false }

type Keyed = { readonly id: string }

/** Shows the present as it is. Rows that did not change stay the same objects. */
export function takeOver<Row extends Keyed>(list: ShownList<Row>, present: readonly Row[]): ShownList<Row> {
  const known = new Map(list.rows.map((shown) => [shown.id, shown]))
  const rows = present.map((row) => {
    const shown = known.get(row.id)
    return shown !== undefined && shown.row === row && !shown.gone ? shown : { id: row.id, row, gone: false }
  })
  const same = rows.length === list.rows.length && rows.every((row, i) => row === list.rows[i])
  return same && list.fresh === 0 && list.gone === 0 && !list.moved ? list : { rows, fresh: 0, gone: 0, moved: false }
}

/**
 * Keeps every row where it is and brings the values up to date. Present rows that come after the last shown one are
 * added at the end, where they move nothing. `full`: the present is cut off at its limit, so that a row missing at its
 * end was only pushed out and still matches. Rows are added at the end up to `most`.
 */
export function keepInPlace<Row extends Keyed>(
  list: ShownList<Row>,
  present: readonly Row[],
  full: boolean,
  most = Number.POSITIVE_INFINITY,
): ShownList<Row> {
  const now = new Map(present.map((row) => [row.id, row]))
  let lastKept = -1
  list.rows.forEach((shown, i) => {
    if (now.has(shown.id)) lastKept = i
  })
  let gone = 0
  const rows = list.rows.map((shown, i) => {
    const row = now.get(shown.id)
    const isGone = row === undefined && (shown.gone || !full || i < lastKept)
    if (isGone) gone += 1
    if (row === undefined) return isGone === shown.gone ? shown : { ...shown, gone: isGone }
    return row === shown.row && !shown.gone ? shown : { id: shown.id, row, gone: false }
  })

  const shownIds = new Set(list.rows.map((shown) => shown.id))
  const lastKeptId = list.rows[lastKept]?.id
  const tailStart = lastKeptId === undefined ? present.length : present.findIndex((row) => row.id === lastKeptId) + 1
  let fresh = 0
  present.forEach((row, i) => {
    if (shownIds.has(row.id)) return
    if (i < tailStart || lastKept < list.rows.length - 1) fresh += 1
    else if (rows.length < most) rows.push({ id: row.id, row, gone: false })
  })

  const moved = orderDiffers(rows, present)
  const same = rows.length === list.rows.length && rows.every((row, i) => row === list.rows[i])
  if (same && fresh === list.fresh && gone === list.gone && moved === list.moved) return list
  return { rows: same ? list.rows : rows, fresh, gone, moved }
}

/** True when two rows that are in both stand the other way round. */
function orderDiffers(rows: readonly ShownRow<Keyed>[], present: readonly Keyed[]): boolean {
  const place = new Map(present.map((row, i) => [row.id, i]))
  let last = -1
  for (const { id } of rows) {
    const at = place.get(id)
    if (at === undefined) continue
    if (at < last) return true
    last = at
  }
  return false
}
