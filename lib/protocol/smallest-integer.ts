/** A number where that is exact, a bigint where it is not. */
export function smallestInteger(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}
