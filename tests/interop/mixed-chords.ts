/** Sends chords whose headers are spread over the queues of a mixed fleet; compat/mixed_chords.py is the same in Python. */
import type { Celery } from '../../lib/client/celery.ts'
import { chord } from '../../lib/client/index.ts'

export interface MixedChords {
  /** Of the keys under which runs are counted: `<prefix><chord>:<part>` and `<prefix><chord>:body`. */
  readonly prefix: string
  readonly count: number
  readonly queues: readonly string[]
}

/** Chord `n` is to give 4n + 6. Resolves to how many did. */
export async function runMixedChords(app: Celery, { prefix, count, queues }: MixedChords): Promise<number> {
  const numbers = [...Array(count).keys()]
  const call = (task: string, args: unknown[], key: string, place: number) =>
    app.signature(task, { args, kwargs: { key: prefix + key }, options: { queue: queues[place % queues.length] } })
  const sent = await Promise.all(
    numbers.map((n) => {
      const header = [0, 1, 2, 3].map((part) => call('matrix.add', [n, part], `${n}:${part}`, n + part))
      const place = n + Math.floor(n / queues.length)
      return chord(header, call('matrix.tsum', [], `${n}:body`, place)).applyAsync()
    }),
  )
  const values = await Promise.all(sent.map((result) => result.get({ timeout: 150 })))
  return values.filter((value, n) => value === 4 * n + 6).length
}
