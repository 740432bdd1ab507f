/** worker_cancel_long_running_tasks_on_connection_loss (worker-beat.md 1.5). */
import { constants } from 'node:os'
import { celeryError } from './celery-error.ts'
import type { Node } from './control/node.ts'
import { failureOf } from './failure.ts'
import type { Settler } from './settle.ts'
import { shownName } from './task-in-hand.ts'

/** Tasks whose acknowledgement can no longer be told are ended; their messages go back when the broker is there. */
export function cancelLateAcked({ books, executor, runtime }: Node, settler: Settler): void {
  const failure = failureOf(
    celeryError('WorkerLostError', ['The connection to the broker was lost.'], 'billiard.exceptions'),
  )
  for (const hand of [...books.active]) {
    if (!hand.request.policy.acksLate || hand.request.phase !== 'running') continue
    runtime.log.warning(
      `Task ${shownName(hand)}[${hand.message.id}] is cancelled: the connection to the broker was lost`,
    )
    void settler.advance(hand, { type: 'cancelled', failure })
    executor.terminate(hand.message.id, constants.signals.SIGTERM)
  }
}
