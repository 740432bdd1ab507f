import { messageOf } from '../errors.ts'
import type { OutgoingRun } from './schedule-store.ts'

/** All at once: why each could not be sent, in their order; null = it was. */
export async function publishAll(messages: readonly OutgoingRun[]): Promise<readonly (Error | null)[]> {
  const results = await Promise.allSettled(messages.map(publish))
  return results.map((result) => (result.status === 'fulfilled' ? null : toError(result.reason)))
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
