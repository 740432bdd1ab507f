/** Where tasks run and how many at a time: of `umbel worker`, and of the worker inside the dashboard. */
import { value } from './option.ts'

/** Celery's names for pools of the same kind. */
const POOLS: Readonly<Record<string, string>> = {
  async: 'async',
  threads: 'threads',
  processes: 'processes',
  solo: 'solo',
  prefork: 'processes',
  gevent: 'async',
  eventlet: 'async',
}

export const concurrency = value<number | 'auto' | null>({
  default: null,
  takes: 'N',
  expected: 'a whole number from 0, or auto',
  parse(text) {
    if (text === 'auto' || /^0{1,6}$/.test(text)) return 'auto'
    return /^\d{1,6}$/.test(text) ? Number(text) : undefined
  },
  says: 'Tasks at a time; auto, or 0, is one for each processor.',
})
export const pool = value<string | null>({
  default: null,
  takes: 'POOL',
  expected: `one of async, threads, processes, solo, or Celery's prefork, gevent, eventlet`,
  parse: (text) => POOLS[text.toLowerCase()],
  says: "Where tasks run: async, threads, processes or solo. Celery's prefork is processes, gevent and eventlet are async.",
})
