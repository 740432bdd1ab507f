/** Taken off the `expires` of a message it tells when the message was made. */
export const EXPIRES_SECONDS = 86_400

/** The interval of entry `n`, in whole hundredths: from the least to a half more. */
export function everySecondsOf(n: number, leastSeconds: number): number {
  return Math.round(leastSeconds * (100 + ((n * 7) % 50))) / 100
}
