import { expect, test } from 'vitest'
import { Celery } from './celery.ts'

test('a periodic task made from a call: arguments before its own, options over its own, named as Python shows it', () => {
  const app = new Celery('proj', { beat_schedule: { other: { task: 't', schedule: 1 } } })
  const add = app.task('proj.add', { params: ['x', 'y', 'z'] }, (x: number, y: number, z = 0) => x + y + z)

  expect(app.addPeriodicTask(30, add.s(2).set({ queue: 'q' }), { args: [1], kwargs: { z: 'a' }, priority: 3 })).toBe(
    "proj.add(1, 2, z='a')",
  )
  expect(app.addPeriodicTask('0 4 * * *', add.s(1, 2), { name: 'nightly' })).toBe('nightly')

  expect(app.conf.beat_schedule).toMatchObject({
    other: { task: 't' },
    "proj.add(1, 2, z='a')": {
      ...{ task: 'proj.add', schedule: 30, args: [1, 2], kwargs: { z: 'a' } },
      options: { queue: 'q', priority: 3 },
    },
    nightly: { task: 'proj.add', schedule: '0 4 * * *', args: [1, 2] },
  })
})
