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

interface Lot {
  readonly by: string
  readonly lot: number
  lines: OpenLine[]
}

/** Few at a time, of which the oldest end first. A list, for a Map would keep what left it (lib/runtime/forget-sent.ts). */
export function createOpenRuns(): OpenRuns {
  const lots: Lot[] = []
  const placeOf = ({ by, lot }: SentLine | OpenLine) => lots.findIndex((each) => each.lot === lot && each.by === by)
  const all = () => lots.flatMap(({ lines }) => lines)
  /** That to which lines are being added: they come lot by lot. */
  let last: Lot | undefined

  function drop(place: number): void {
    if (place >= 0) lots.splice(place, 1)
    last = undefined
  }

  return {
    add(line) {
      if (last?.lot !== line.lot || last.by !== line.by) {
        last = lots[placeOf(line)]
        if (last === undefined) {
          last = { by: line.by, lot: line.lot, lines: [] }
          lots.push(last)
        }
      }
      last.lines.push(line)
    },
    remove(line) {
      const place = placeOf(line)
      const lot = lots[place]
      if (lot === undefined) return
      lot.lines = lot.lines.filter(({ run }) => run.name !== line.run.name)
      if (lot.lines.length === 0) drop(place)
    },
    end: (line) => drop(placeOf(line)),
    all,
    left: () => all().filter(({ by }) => !isWriting(by)),
    clear() {
      lots.length = 0
      last = undefined
    },
  }
}
