import { messageOf } from '../errors.ts'
import type { OutgoingRun } from './schedule-store.ts'

/** All at once: why each could not be sent, in their order; null = it was. Those that travel together share a promise. */
export async function publishAll(messages: readonly OutgoingRun[]): Promise<readonly (Error | null)[]> {
  const ways = messages.map(publish)
  const different = [...new Set(ways)]
  const ends = await Promise.all(different.map(endOf))
  const endByWay = new Map(different.map((way, at) => [way, ends[at] ?? null]))
  return ways.map((way) => endByWay.get(way) ?? null)
}

function endOf(way: Promise<void>): Promise<Error | null> {
  return way.then(() => null, toError)
}

function publish(message: OutgoingRun): Promise<void> {
  try {
    return message.publish()
  } catch (error) {
    return Promise.reject(toError(error))
  }
}

export function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(messageOf(error))
}
