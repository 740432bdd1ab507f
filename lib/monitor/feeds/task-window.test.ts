import fc from 'fast-check'
import { expect, it } from 'vitest'
import { taskRecord } from '../../testing/task-record.ts'
import type { TaskRecord } from '../records.ts'
import { TaskWindow, type WindowQuery } from './task-window.ts'

const STATES = ['RECEIVED', 'STARTED', 'SUCCESS', 'FAILURE']

const step = fc.oneof(
  fc.record({
    kind: fc.constant('put' as const),
    id: fc.integer({ min: 0, max: 40 }),
    state: fc.constantFrom(...STATES),
    received: fc.option(fc.integer({ min: 0, max: 9 })),
    name: fc.constantFrom('a', 'b'),
  }),
  fc.record({ kind: fc.constant('remove' as const), id: fc.integer({ min: 0, max: 40 }) }),
)

/** What the window must show, the plain way. */
function plainly(tasks: Iterable<TaskRecord>, query: WindowQuery) {
  const matching = [...tasks].filter((task) => query.matches(task))
  const counts: Record<string, number> = {}
  for (const task of matching) counts[task.state] = (counts[task.state] ?? 0) + 1
  const full = matching.filter((task) => query.matchesState(task, task.state))
  const rank = (task: TaskRecord) => {
    const key = query.keyOf(task)
    if (key === null) return Number.POSITIVE_INFINITY
    return query.descending ? -Number(key) : Number(key)
  }
  full.sort((a, b) => {
    const [left, right] = [rank(a), rank(b)]
    return left !== right ? (left < right ? -1 : 1) : a.uuid < b.uuid ? -1 : 1
  })
  return { matched: full.length, counts, ids: full.slice(0, query.limit).map((task) => task.uuid) }
}

it('shows the same as sorting and counting all tasks anew, after any changes', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 200, size: 'max' }),
      fc.boolean(),
      fc.subarray(STATES, { minLength: 1 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 0, max: 3 }),
      (steps, descending, states, limit, slack) => {
        const query: WindowQuery = {
          matches: (task) => task.name === 'a',
          matchesState: (_, state) => states.includes(state),
          stateOf: (task) => task.state,
          keyOf: (task) => task.received,
          descending,
          limit,
        }
        const tasks = new Map<string, TaskRecord>()
        const window = new TaskWindow(query, slack)
        window.fill([])
        for (const one of steps) {
          const uuid = `t${one.id}`
          if (one.kind === 'remove') {
            tasks.delete(uuid)
            window.remove(uuid)
          } else {
            const { state, received, name } = one
            const task = taskRecord({ uuid, state, received, name })
            tasks.set(uuid, task)
            window.put(task)
          }
          if (window.ids() === null) window.fill(tasks.values())
          const shown = { matched: window.matched, counts: window.counts(), ids: window.ids() }
          expect(shown).toEqual(plainly(tasks.values(), query))
        }
      },
    ),
    { numRuns: 300 },
  )
})
