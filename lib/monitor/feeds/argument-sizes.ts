/**
 * How large the arguments of tasks are: as the text that their events tell, for messages are gone. Celery cuts long
 * texts (1,024 characters unless `argsrepr` says otherwise) and leaves dots where it did; then they are at least as large.
 */
import type { ClassNumbersView } from '../../live/class-views.ts'
import type { TaskRecord } from '../records.ts'
import { createDurationWindow } from '../windows.ts'
import { quantileMs } from './quantile-ms.ts'

const SHARE = 0.95
const EMPTY = new Set(['()', '{}', '[]', ''])

export function createArgumentSizes() {
  // Its buckets are a tenth wide, of whatever is counted.
  const sizes = createDurationWindow(1, 1)
  let [known, cut] = [0, 0]
  return {
    add({ args, kwargs }: Pick<TaskRecord, 'args' | 'kwargs'>): void {
      if (args === null && kwargs === null) return
      known++
      const texts = [args ?? '', kwargs ?? ''].filter((text) => !EMPTY.has(text))
      if (texts.some((text) => text.includes('...'))) cut++
      sizes.add(
        0,
        texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0),
      )
    },
    view(): ClassNumbersView['arguments'] {
      const bytes = quantileMs(sizes, SHARE)
      // Cut ones are the largest: where they reach into the share, it is larger than it looks.
      return bytes === null ? null : { p95Bytes: Math.round(bytes), atLeast: cut > known * (1 - SHARE), known }
    },
  }
}
