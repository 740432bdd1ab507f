/** Marks of the rows of a block: a byte each, 1 or 0. */

/** Keeps those that are in `others` too. */
export function keepMarks(marks: Uint8Array, others: Uint8Array): void {
  for (let row = 0; row < marks.length; row++) marks[row] = (marks[row] ?? 0) & (others[row] ?? 0)
}

export function addMarks(marks: Uint8Array, more: Uint8Array): void {
  for (let row = 0; row < marks.length; row++) marks[row] = (marks[row] ?? 0) | (more[row] ?? 0)
}

export function takeMarks(marks: Uint8Array, others: Uint8Array): void {
  for (let row = 0; row < marks.length; row++) marks[row] = (marks[row] ?? 0) & ~(others[row] ?? 0)
}

export function hasMarks(marks: Uint8Array): boolean {
  return marks.includes(1)
}
