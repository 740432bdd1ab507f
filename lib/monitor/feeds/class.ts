import type { ClassView, ClassWorkerView } from '../../live/class-views.ts'
import type { Topic } from '../../live/topic.ts'
import type { WorkerRecord } from '../records.ts'
import { hasRegistered, toldRateLimit } from '../registered.ts'
import { countClass, type WorkerCount } from './class-numbers.ts'
import type { FeedDeps } from './deps.ts'
import { marksOf } from './marks.ts'
import { repeatedSurvey } from './repeated-survey.ts'
import type { Source, Touch } from './source.ts'
import { listedWorkers } from './worker-row.ts'

const MOST_WORKERS = 500
const MOST_COMMANDS = 10
const NO_RUNS: WorkerCount = { runs: 0, failedShare: null, runP95Ms: null }

/** Topic `class`: all tasks of one name. */
export function classSource(deps: FeedDeps, topic: Extract<Topic, { name: 'class' }>, touch: Touch): Source {
  const { cluster, commands, runtime } = deps
  const { task: name, range } = topic
  // All that is kept: its share of the slots is of what all tasks needed.
  const survey = repeatedSurvey(deps, { q: '', range: null }, touch, (window) =>
    countClass(name, range, cluster, window),
  )
  return {
    close: survey.close,
    everyMs: 500,
    heeds(news) {
      survey.heeds(news)
      return news.kind === 'answers' || news.kind === 'commands' || news.kind === 'alerts'
    },
    view(): ClassView {
      const nowMs = runtime.clock.nowMs()
      const count = survey.latest()
      const workers = listedWorkers(deps, nowMs)
        .map((worker) => workerView(deps, worker, name, count?.byWorker.get(worker.name) ?? NO_RUNS))
        .filter((worker) => worker.registered === true || worker.runs > 0)
        .slice(0, MOST_WORKERS)
      const tasks = count?.numbers.tasks ?? 0
      return {
        numbers: count?.numbers ?? null,
        workers,
        marks: marksOf(deps, range, nowMs),
        commands: commands
          .list()
          .filter(({ taskName }) => taskName === name)
          .slice(0, MOST_COMMANDS),
        known: tasks > 0 || workers.length > 0 || cluster.taskNames().includes(name),
      }
    },
  }
}

function workerView({ inspector }: FeedDeps, worker: WorkerRecord, task: string, count: WorkerCount): ClassWorkerView {
  const answers = inspector.answers(worker.name)
  return {
    name: worker.name,
    online: worker.online,
    registered: hasRegistered(answers, task),
    rateLimit: toldRateLimit(answers, task),
    ...count,
  }
}
