/** What rows are sorted by: one number of each, never NaN, smallest first. */
export interface RowKey {
  of(row: number): number
  /** As `of`, of all these rows; many times as fast. */
  read(rows: Int32Array, into: Float64Array): void
}

export interface KeyForm {
  /** -1 turns the order around. */
  readonly sign: 1 | -1
  /** The key of a row without a value (NaN). */
  readonly absent: number
}

export function columnKey(column: Float64Array, { sign, absent }: KeyForm): RowKey {
  const of = (row: number) => {
    const value = column[row] ?? Number.NaN
    return Number.isNaN(value) ? absent : sign * value
  }
  return {
    of,
    read(rows, into) {
      for (let i = 0; i < rows.length; i++) {
        const value = column[rows[i] ?? 0] ?? 0
        // Two assignments: of a choice between the two the engine would make an object for each row.
        into[i] = sign * value
        if (Number.isNaN(value)) into[i] = absent
      }
    },
  }
}

/** By the number that a table has for the id in the column. */
export function tableKey(ids: Int32Array, table: Float64Array, { sign, absent }: KeyForm): RowKey {
  const keys = table.map((value) => (Number.isNaN(value) ? absent : sign * value))
  return {
    of: (row) => keys[ids[row] ?? 0] ?? absent,
    read(rows, into) {
      for (let i = 0; i < rows.length; i++) into[i] = keys[ids[rows[i] ?? 0] ?? 0] ?? absent
    },
  }
}

/** By a number that has to be made. */
export function madeKey(of: (row: number) => number): RowKey {
  return {
    of,
    read(rows, into) {
      for (let i = 0; i < rows.length; i++) into[i] = of(rows[i] ?? 0)
    },
  }
}
