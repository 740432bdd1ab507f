/** Runs that are noted in a journal and not said to be sent, in the order in which they were noted. */
import { isWriting } from './journal-writer.ts'
import type { OpenLine, SentLine } from './run-journal.ts'

export interface OpenRuns {
  add(line: OpenLine): void
  remove(line: OpenLine): void
  /** All of its lot were sent. */
  end(line: SentLine): void
  all(): readonly OpenLine[]
  /** Those whose program is gone. */
  left(): readonly OpenLine[]
  clear(): void
}

export function createOpenRuns(): OpenRuns {
  const lots = new Map<string, OpenLine[]>()
  const keyOf = ({ by, lot }: SentLine | OpenLine) => `${by} ${lot}`
  const all = () => [...lots.values()].flat()

  return {
    add(line) {
      const known = lots.get(keyOf(line))
      if (known === undefined) lots.set(keyOf(line), [line])
      else known.push(line)
    },
    remove(line) {
      const left = (lots.get(keyOf(line)) ?? []).filter(({ run }) => run.name !== line.run.name)
      if (left.length === 0) lots.delete(keyOf(line))
      else lots.set(keyOf(line), left)
    },
    end(line) {
      lots.delete(keyOf(line))
    },
    all,
    left: () => all().filter(({ by }) => !isWriting(by)),
    clear: () => lots.clear(),
  }
}
