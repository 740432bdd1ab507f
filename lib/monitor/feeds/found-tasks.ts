import { FOUND_TASKS_MOST, type FoundTasks } from '../../live/http.ts'
import type { Topic } from '../../live/topic.ts'
import type { Sight } from '../contracts.ts'
import type { FeedDeps } from './deps.ts'
import { tasksSource } from './tasks.ts'

/** What the task list is asked for; `limit` may be larger here than a page may watch. */
export type TaskSearch = Pick<Extract<Topic, { name: 'tasks' }>, 'q' | 'range' | 'sort' | 'limit'> & {
  /** Of whom it is for; left out: all. */
  readonly sight?: Sight
}

/** The rows of a search as the live list would show them, once: for a selection beyond what is loaded, and for export. */
export async function foundTasks(deps: FeedDeps, search: TaskSearch): Promise<FoundTasks> {
  const { sight, ...wanted } = search
  const limit = Math.min(FOUND_TASKS_MOST, Math.max(1, wanted.limit))
  const source = tasksSource({ ...deps, ...(sight && { sight }) }, { name: 'tasks', ...wanted, limit }, () => {})
  await source.ready()
  const { rows, matched, problems } = source.view()
  source.close()
  return { rows, matched, problems }
}
