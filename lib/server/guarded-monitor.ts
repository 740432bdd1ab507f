/** The monitor for those who see tasks without their arguments: the same questions, answers with those left out. */
import { UmbelError } from '../errors.ts'
import { HIDDEN } from '../live/hidden.ts'
import type { Sight } from '../monitor/contracts.ts'
import { blindTree, hideArguments, NOT_SEARCHED, withoutArguments } from '../monitor/sight.ts'
import type { TaskSelection } from '../monitor/task-list.ts'
import type { Monitored } from './monitored.ts'

export function monitorFor(monitor: Monitored, sight: Sight | undefined): Monitored {
  if (sight !== 'no-arguments') return monitor
  const { inspector, tasks, actions, schedules } = monitor
  return {
    ...monitor,
    shown: hideArguments(monitor.shown),
    inspector: {
      ask: (...given) => inspector.ask(...given),
      tell: (...given) => inspector.tell(...given),
      answers: (worker) => withoutArguments(inspector.answers(worker)),
      refresh: (worker) => inspector.refresh(worker),
      inspecting: (worker) => inspector.inspecting(worker),
      onAnswers: (listener) => inspector.onAnswers(listener),
      known: () => inspector.known(),
    },
    tasks: { ...tasks, selectSoon: async (selection, signal) => tasks.selectSoon(blind(selection), signal) },
    actions: { ...actions, retryArguments: async (id) => withoutArguments(await actions.retryArguments(id)) },
    schedules: {
      preview: (field) => schedules.preview(field),
      calendar: async (hours) => withoutArguments(await schedules.calendar(hours)),
      readers: () => schedules.readers(),
      view: () => withoutArguments(schedules.view()),
    },
    findTasks: async (search) => withoutArguments(await monitor.findTasks({ ...search, sight })),
    taskAnswer: async (id, options) => {
      const answer = await monitor.taskAnswer(id, options)
      return answer.ready && answer.result !== null ? { ...answer, result: HIDDEN } : answer
    },
    rawTask: (id) => monitor.rawTask(id, sight),
    peekQueue: async (page) => withoutArguments(await monitor.peekQueue({ ...page, text: '' })),
    queueScheduled: async (queue) => withoutArguments(await monitor.queueScheduled(queue)),
    unacked: async (queue, limit) => withoutArguments(await monitor.unacked(queue, limit)),
    setAside: async (queue, offset, limit) => withoutArguments(await monitor.setAside(queue, offset, limit)),
  }
}

function blind(selection: TaskSelection): TaskSelection {
  if (selection.filter === null) return selection
  const tree = blindTree(selection.filter.tree)
  if (tree === null) throw new UmbelError('request/refused', { sentence: NOT_SEARCHED })
  return { ...selection, filter: { ...selection.filter, tree } }
}
