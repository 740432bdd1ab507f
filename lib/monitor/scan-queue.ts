import type { Broker, PeekedMessage } from '../broker/broker.ts'

export const SCAN_MOST = 1_000
const PAGE = 100
/** Messages may be large: what was read so far counts as well as how many. */
const SCAN_CHARACTERS = 16_000_000

/** Looks at the first messages of a queue, at most `SCAN_MOST`, without taking them. Gives back how many it saw. */
export async function scanQueue(
  broker: Broker,
  queue: string,
  look: (message: PeekedMessage) => void,
): Promise<number> {
  let [seen, characters] = [0, 0]
  while (seen < SCAN_MOST && characters < SCAN_CHARACTERS) {
    const page = await broker.queues.peek(queue, seen, PAGE)
    for (const message of page) {
      characters += message.raw.length
      look(message)
    }
    seen += page.length
    if (page.length < PAGE) break
  }
  return seen
}
