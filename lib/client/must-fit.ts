/** What is asked of a call before it is sent (client-cli.md A1): the same as Celery asks in `apply_async`. */
import { checkCall } from './params.ts'
import type { RegisteredTask } from './task.ts'

/** Throws TypeError as Python does for arguments that do not fit, RangeError for limits that cannot both be kept. */
export function mustFit(
  { options, parameters }: RegisteredTask,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
): void {
  const { timeLimit, softTimeLimit } = options
  if (timeLimit && softTimeLimit && softTimeLimit > timeLimit) {
    throw new RangeError('soft_time_limit must be less than or equal to time_limit')
  }
  if (parameters !== null && options.typing !== false) checkCall(parameters, args, kwargs)
}
