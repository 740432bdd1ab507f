/**
 * A worker that has little to do stays small. V8 gives young objects up to 128 MB: without this a worker has 76 MB at
 * its start, 105 MB after a thousand tasks and 240 MB after forty thousand. One that has much to do gets more
 * (bin/commands/worker-process/grow-heap.ts).
 */
import v8 from 'node:v8'

/** Of a process that is about to load the worker: what is loaded makes the heap grow already. */
export function keepHeapSmall() {
  v8.setFlagsFromString('--semi-space-growth-factor=1')
}
