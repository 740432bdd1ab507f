import type { Topic } from '../../live/topic.ts'
import type { WorkerView } from '../../live/views.ts'
import { asList } from '../served-queues.ts'
import { paced } from './chart.ts'
import type { FeedDeps } from './deps.ts'
import {
  activeQueuesOf,
  brokerFacts,
  configurationOf,
  namesOf,
  otherFacts,
  poolFacts,
  poolFixed,
  processedByTask,
  systemFacts,
} from './inspected.ts'
import { inspectedTasks } from './inspected-task.ts'
import { RunningTasks } from './running.ts'
import type { Source } from './source.ts'
import { workerRow } from './worker-row.ts'

/** It is compared with that of all other workers. */
const CONFIGURATION_EVERY_MS = 2_000

/** Topic `worker`: one worker; while it is watched its task lists are asked for every two seconds. */
export function workerSource(deps: FeedDeps, topic: Extract<Topic, { name: 'worker' }>): Source {
  const { cluster, inspector, commands, runtime } = deps
  const name = topic.worker
  const running = new RunningTasks(cluster)
  const unwatch = inspector.watch(name)
  const configuration = paced(CONFIGURATION_EVERY_MS, () => {
    const others = [...cluster.workers()].filter((worker) => worker.online && worker.name !== name)
    return configurationOf(
      inspector.answers(name),
      others.map((worker) => [worker.name, inspector.answers(worker.name)] as const),
    )
  })
  return {
    everyMs: 500,
    heeds(news) {
      if (news.kind === 'cluster') running.apply(news.changes)
      if (news.kind === 'answers') return news.worker === name
      return news.kind === 'cluster' || news.kind === 'time' || news.kind === 'commands'
    },
    view(): WorkerView {
      const worker = cluster.worker(name)
      const answers = inspector.answers(name)
      return {
        worker: worker === undefined ? null : workerRow(deps, worker, running, runtime.clock.nowMs()),
        running: inspectedTasks(answers.active?.value).map(deps.shownCall),
        reserved: inspectedTasks(answers.reserved?.value).map(deps.shownCall),
        scheduled: inspectedTasks(answers.scheduled?.value).map(deps.shownCall),
        revoked: namesOf(answers.revoked?.value),
        registered: namesOf(answers.registered?.value),
        activeQueues: activeQueuesOf(answers),
        processedByTask: processedByTask(answers),
        poolFacts: poolFacts(answers),
        brokerFacts: brokerFacts(answers),
        systemFacts: systemFacts(answers, worker),
        otherFacts: otherFacts(answers),
        held: {
          running: asList(answers.active?.value).length,
          reserved: asList(answers.reserved?.value).length,
          scheduled: asList(answers.scheduled?.value).length,
          revoked: asList(answers.revoked?.value).length,
        },
        configuration: configuration(runtime.clock.nowMs()),
        poolFixed: poolFixed(answers),
        inspectedMs: answers.stats?.atMs ?? null,
        inspecting: inspector.inspecting(name),
        commands: commands.forWorker(name),
      }
    },
    close: unwatch,
  }
}
