/** Order of the rows of a table: sorted, and held still while somebody points at it. Pure. */
export type SortValue = string | number | null | undefined
export type SortState = { readonly column: string; readonly down: boolean } | null

/** Stable. What is not known comes last, whichever way it is sorted. */
export function sortRows<Row>(rows: readonly Row[], by: (row: Row) => SortValue, down: boolean): readonly Row[] {
  return rows
    .map((row) => ({ row, value: by(row) ?? null }))
    .sort((a, b) => {
      if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null)
      const order =
        typeof a.value === 'number' && typeof b.value === 'number'
          ? a.value - b.value
          : String(a.value).localeCompare(String(b.value), undefined, { numeric: true })
      return down ? -order : order
    })
    .map(({ row }) => row)
}

/** The rows in the order they had; new ones after them. */
export function holdOrder<Row>(
  order: readonly string[],
  rows: readonly Row[],
  rowKey: (row: Row) => string,
): readonly Row[] {
  const rest = new Map(rows.map((row) => [rowKey(row), row]))
  const held: Row[] = []
  for (const key of order) {
    const row = rest.get(key)
    if (row === undefined) continue
    held.push(row)
    rest.delete(key)
  }
  return [...held, ...rest.values()]
}
