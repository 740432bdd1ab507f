/** A task as inspect shows it (wire.md D3). */
import { argsRepr, kwargsRepr } from '../../lib/protocol/repr.ts'
import { deliveryInfoOf, shownName, type TaskInHand } from '../task-in-hand.ts'

/** `safe`: arguments as the text of their repr instead of as values. */
export function requestInfo(hand: TaskInHand, hostname: string, safe = false) {
  const { message, request, startedMs } = hand
  return {
    id: message.id,
    name: shownName(hand),
    args: safe ? (message.argsrepr ?? argsRepr(message.args)) : message.args,
    kwargs: safe ? (message.kwargsrepr ?? kwargsRepr(message.kwargs)) : message.kwargs,
    type: message.task,
    hostname,
    time_start: startedMs === null ? null : startedMs / 1000,
    acknowledged: request.acknowledged,
    delivery_info: deliveryInfoOf(hand),
    worker_pid: hand.workerPid ?? null,
  }
}
