import type { ClusterReader, Inspector } from './contracts.ts'
import { servedQueues } from './served-queues.ts'

/** Online workers by the queue they serve, and whether all online workers said which queues they serve. */
export interface Consumers {
  readonly byQueue: ReadonlyMap<string, readonly string[]>
  readonly complete: boolean
}

export interface ConsumersDeps {
  readonly cluster: Pick<ClusterReader, 'workers'>
  readonly inspector: Pick<Inspector, 'answers'>
}

export function consumersOf({ cluster, inspector }: ConsumersDeps): Consumers {
  const byQueue = new Map<string, string[]>()
  let complete = true
  for (const worker of cluster.workers()) {
    if (!worker.online) continue
    const answers = inspector.answers(worker.name)
    if (answers.active_queues === undefined) complete = false
    for (const queue of servedQueues(answers)) {
      const workers = byQueue.get(queue)
      if (workers === undefined) byQueue.set(queue, [worker.name])
      else workers.push(worker.name)
    }
  }
  return { byQueue, complete }
}
