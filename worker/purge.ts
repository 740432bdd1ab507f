/** --purge: empties the queues of a worker before it takes anything. */
import type { Broker } from '../lib/broker/broker.ts'
import type { Log } from '../lib/runtime/log.ts'

/** The broker has to be there: a queue that is emptied later would lose what came in the meantime. */
export async function purgeQueues(
  broker: Broker,
  queues: readonly { readonly name: string }[],
  log: Log,
): Promise<void> {
  let count = 0
  for (const { name } of queues) count += await broker.queues.purge(name)
  log.warning(`purge: Erased ${count} ${count === 1 ? 'message' : 'messages'} from the queues of this worker.`)
}
