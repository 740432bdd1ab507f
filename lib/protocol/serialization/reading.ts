import { isUmbelError, messageOf, UmbelError } from '../../errors.ts'

/** Runs a reader on bytes from outside: whatever it throws, also for lack of stack, is `message/invalid`. */
export function reading<T>(expected: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (isUmbelError(error)) throw error
    throw new UmbelError('message/invalid', { reason: messageOf(error).slice(0, 200), expected }, error)
  }
}
