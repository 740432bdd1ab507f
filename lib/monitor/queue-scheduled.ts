/** Tasks of a queue that workers hold until their time, as the workers said last. */
import type { QueueScheduled } from '../live/queue-views.ts'
import type { ClusterReader, Inspector, WorkerAnswers } from './contracts.ts'
import { inspectedTasks } from './feeds/inspected-task.ts'
import { objectsOf } from './feeds/worker-row.ts'
import { asList, field, servedQueues } from './served-queues.ts'

const MOST = 200

export interface ScheduledDeps {
  readonly cluster: Pick<ClusterReader, 'workers' | 'task'>
  readonly inspector: Pick<Inspector, 'answers' | 'ask'>
}

/** Asks the workers first, so that it is of now; who is silent has its last answer counted. Never rejects. */
export async function readScheduled({ cluster, inspector }: ScheduledDeps, queue: string): Promise<QueueScheduled> {
  const online = [...cluster.workers()].filter((worker) => worker.online).map(({ name }) => name)
  if (online.length > 0) await inspector.ask('scheduled', {}, { destination: online }).catch(() => [])
  const tasks: QueueScheduled['tasks'][number][] = []
  const times: number[] = []
  for (const worker of online) {
    const answers = inspector.answers(worker)
    const { scheduled } = answers
    if (scheduled === undefined) continue
    times.push(scheduled.atMs)
    const own = asList(scheduled.value).filter((item) => {
      const request = field(item, 'request')
      const id = field(request, 'id')
      const told = typeof id === 'string' ? (cluster.task(id)?.queue ?? null) : null
      return (told ?? queueOf(answers, field(request, 'delivery_info'))) === queue
    })
    for (const task of inspectedTasks(own)) tasks.push({ ...task, worker })
  }
  tasks.sort((a, b) => (a.etaMs ?? 0) - (b.etaMs ?? 0))
  return {
    queue,
    asOfMs: times.length === 0 ? null : Math.min(...times),
    total: tasks.length,
    tasks: tasks.slice(0, MOST),
  }
}

/** A message says where it was sent to; which queue that is, the worker's queues tell. */
function queueOf(answers: WorkerAnswers, info: unknown): string | null {
  const [exchange, routingKey] = [field(info, 'exchange'), field(info, 'routing_key')]
  const queues = objectsOf(answers.active_queues?.value)
  const bound = queues.find(
    (each) => field(field(each, 'exchange'), 'name') === exchange && field(each, 'routing_key') === routingKey,
  )
  const name = field(bound, 'name')
  if (typeof name === 'string') return name
  // With the anonymous exchange the routing key is the queue.
  if (typeof routingKey === 'string' && servedQueues(answers).includes(routingKey)) return routingKey
  return typeof routingKey === 'string' && (exchange === '' || exchange === undefined) ? routingKey : null
}
