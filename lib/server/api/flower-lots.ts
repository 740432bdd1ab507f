/** Tasks written at once; the event loop is free between two lots. */
export const LOT = 200
/** The status of an answer that nobody reads. */
export const NOBODY_THERE = 499
