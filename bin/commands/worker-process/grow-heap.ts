/** The other half of bin/worker-heap.js: a worker with much to do is given room, once, and no more than pays. */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/** Tasks after which a worker is one with much to do. */
const MANY_TASKS = 1_500
/** Time between two looks at the number of tasks. */
const LOOK_EVERY_MS = 50
/** More than this makes a worker of trivial tasks no faster, and larger by 100 MB. */
const ROOM_BYTES = 16 * 1024 * 1024
/** From the 1 MB of the start to twice 8 MB in one step: V8 keeps two halves. */
const STEP = 8

/**
 * Looks at `processed`, the tasks so far, until they are many; ends with the process or when it is called. Until then
 * nothing is compiled by Maglev, whose threads keep 12 MB once they have worked; V8's other compilers do.
 */
export function growHeapWhenBusy(processed: () => number): () => void {
  setFlagsFromString('--no-maglev')
  const timer = setInterval(() => {
    if (processed() < MANY_TASKS) return
    clearInterval(timer)
    growHeap()
  }, LOOK_EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}

/** V8 grows when much of what is young is still in use: so objects are made and kept until it has. */
function growHeap(): void {
  setFlagsFromString('--maglev')
  setFlagsFromString(`--semi-space-growth-factor=${STEP}`)
  const kept: unknown[] = []
  for (let times = 0; times < 100 && youngBytes() < ROOM_BYTES; times++) {
    kept.push(Array.from({ length: 2_000 }, (_, i) => ({ i })))
  }
  setFlagsFromString('--semi-space-growth-factor=1')
}

function youngBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? ROOM_BYTES
}
