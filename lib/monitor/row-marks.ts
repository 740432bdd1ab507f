/** Marks of rows of the task list: a bit each. */

/** Rows that are looked at together; whether one of them changed is known of all of them (task-columns.ts). */
export const BLOCK = 128

/** A number for 32 rows; row 0 is the lowest bit of the first. */
export type RowMarks = Int32Array

const BITS = 32
const WORDS = BLOCK / BITS
const ALL = -1

export function createMarks(blocks = 1): RowMarks {
  return new Int32Array(blocks * WORDS)
}

export function isMarked(marks: RowMarks, row: number): boolean {
  return (((marks[row >> 5] ?? 0) >>> (row & 31)) & 1) === 1
}

export function mark(marks: RowMarks, row: number): void {
  marks[row >> 5] = (marks[row >> 5] ?? 0) | (1 << (row & 31))
}

export function unmark(marks: RowMarks, row: number): void {
  marks[row >> 5] = (marks[row >> 5] ?? 0) & ~(1 << (row & 31))
}

export function markAll(marks: RowMarks): void {
  for (let word = 0; word < WORDS; word++) marks[word] = ALL
}

export function clearMarks(marks: RowMarks): void {
  for (let word = 0; word < WORDS; word++) marks[word] = 0
}

export function copyMarks(marks: RowMarks, from: RowMarks): void {
  for (let word = 0; word < WORDS; word++) marks[word] = from[word] ?? 0
}

/** Into the marks of all blocks. */
export function storeBlock(all: RowMarks, index: number, marks: RowMarks): void {
  for (let word = 0; word < WORDS; word++) all[index * WORDS + word] = marks[word] ?? 0
}

/** Out of the marks of all blocks. */
export function loadBlock(all: RowMarks, index: number, marks: RowMarks): void {
  for (let word = 0; word < WORDS; word++) marks[word] = all[index * WORDS + word] ?? 0
}

/** Keeps those that are in `others` too. */
export function keepMarks(marks: RowMarks, others: RowMarks): void {
  for (let word = 0; word < WORDS; word++) marks[word] = (marks[word] ?? 0) & (others[word] ?? 0)
}

export function addMarks(marks: RowMarks, more: RowMarks): void {
  for (let word = 0; word < WORDS; word++) marks[word] = (marks[word] ?? 0) | (more[word] ?? 0)
}

export function takeMarks(marks: RowMarks, others: RowMarks): void {
  for (let word = 0; word < WORDS; word++) marks[word] = (marks[word] ?? 0) & ~(others[word] ?? 0)
}

export function hasMarks(marks: RowMarks): boolean {
  for (let word = 0; word < WORDS; word++) if (marks[word] !== 0) return true
  return false
}

/** Asks about each marked row, and keeps those for which the answer is yes. */
export function keepWhere(marks: RowMarks, test: (row: number) => boolean): void {
  for (let word = 0; word < WORDS; word++) {
    let kept = marks[word] ?? 0
    for (let left = kept; left !== 0; left &= left - 1) {
      const bit = left & -left
      if (!test(word * BITS + 31 - Math.clz32(bit))) kept ^= bit
    }
    marks[word] = kept
  }
}

/** Marks the rows of a block for whose id in the column the table has a 1. */
export function markByTable(marks: RowMarks, ids: Int32Array, table: Uint8Array, index: number): void {
  let slot = index * BLOCK
  for (let word = 0; word < WORDS; word++) {
    let found = 0
    for (let bit = 0; bit < BITS; bit++, slot++) found |= (table[ids[slot] ?? 0] ?? 0) << bit
    marks[word] = found
  }
}

/** How many rows before `end` are marked, of all blocks. */
export function countMarks(all: RowMarks, end: number): number {
  let count = 0
  for (let word = 0; word * BITS < end; word++) {
    let bits = all[word] ?? 0
    bits -= (bits >>> 1) & 0x5555_5555
    bits = (bits & 0x3333_3333) + ((bits >>> 2) & 0x3333_3333)
    count += Math.imul((bits + (bits >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24
  }
  return count
}

/** The marked rows before `end` of all blocks, rising, at the beginning of `into`, which has room for them. */
export function listMarked(all: RowMarks, end: number, into: Int32Array): Int32Array {
  let count = 0
  for (let word = 0; word * BITS < end; word++) {
    let left = all[word] ?? 0
    const from = word * BITS
    if (left === ALL) for (let bit = 0; bit < BITS; bit++) into[count++] = from + bit
    else for (; left !== 0; left &= left - 1) into[count++] = from + 31 - Math.clz32(left & -left)
  }
  return into.subarray(0, count)
}
