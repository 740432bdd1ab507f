/**
 * A worker that has little to do stays small. V8 gives young objects up to 128 MB: without this a worker has 76 MB at
 * its start, 105 MB after a thousand tasks and 240 MB after forty thousand. One that has much to do gets more
 * (bin/commands/worker-process/grow-heap.ts). Dashboards: lib/runtime/small-heap.ts.
 */
import { setFlagsFromString } from 'node:v8'

/** Of a process that is about to load the worker: what is loaded makes the heap grow already. */
export function keepWorkerSmall() {
  setFlagsFromString('--semi-space-growth-factor=1')
  // What is kept longer is collected when it has doubled: 110 MB instead of 150 under 10,000 tasks a second, as fast.
  setFlagsFromString('--heap-growing-percent=100')
}
