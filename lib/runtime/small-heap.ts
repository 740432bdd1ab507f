import { setFlagsFromString } from 'node:v8'

/**
 * Tells V8 to collect sooner instead of growing. A dashboard makes much short-lived garbage beside a large part that
 * lives long; left alone the heap grows to several times of what lives in it. Measured with bench/ingest, 100,000 tasks
 * kept at 40,000 events/s: 420 MB without, 250 MB with, for about 1 µs of CPU an event.
 */
export function keepHeapSmall(): void {
  // The old generation is collected when it has grown by this share, instead of up to fourfold.
  setFlagsFromString('--heap-growing-percent=30')
  // The young generation stays as small as it starts, instead of growing to two halves of 16 MB.
  setFlagsFromString('--semi-space-growth-factor=1')
}

/**
 * The same for a program that makes little that lives long and must not pause often: the old generation is collected
 * when it has doubled. The young one may grow, since what is in it when it is full is kept as if it were old.
 */
export function limitHeap(): void {
  setFlagsFromString('--heap-growing-percent=100')
}
