import { expect, it } from 'vitest'
import { createRuntime } from '../../runtime/runtime.ts'
import { taskEvent } from '../../testing/events.ts'
import { createHandClock } from '../../testing/hand-clock.ts'
import { createCluster } from '../cluster.ts'
import { MONITOR_DEFAULTS } from '../settings.ts'
import { createCommandLog, DEADLINE_MS, errorOf, type NewCommand } from './command-log.ts'

function start() {
  const clock = createHandClock()
  const cluster = createCluster(MONITOR_DEFAULTS)
  const log = createCommandLog({ runtime: createRuntime({ clock }), cluster })
  let told = 0
  log.onChange(() => told++)
  const track = (parts: Partial<NewCommand> = {}) =>
    log.track({
      action: 'task.revoke',
      who: 'anna',
      summary: 'Revoke proj.add t1',
      targets: ['t1'],
      taskId: 't1',
      of: 2,
      effect: () => (cluster.task('t1')?.state === 'REVOKED' ? 'The task was revoked.' : null),
      atDeadline: (answered) => ({
        state: answered === 0 ? 'no-answer' : 'answered',
        text: `${answered} at the deadline.`,
      }),
      ...parts,
    })
  const see = (subject: string) => {
    cluster.apply(taskEvent(subject, 't1', clock.nowMs() / 1_000), clock.nowMs())
    cluster.flush(clock.nowMs())
  }
  return { clock, log, track, see, told: () => told }
}

it('follows a command over the answers to the effect that the events show', async () => {
  const { clock, log, track, see, told } = start()
  const command = track()
  expect(command.view).toMatchObject({ state: 'sent', text: 'Sent to 2 workers.', answered: 0, of: 2, endedMs: null })

  command.answered({ worker: 'w1', error: null })
  expect(command.view).toMatchObject({ state: 'answered', text: '1 of 2 answered.', answered: 1, endedMs: null })

  await clock.advance(1_000)
  see('revoked')
  expect(command.view).toMatchObject({ state: 'confirmed', text: 'The task was revoked.', endedMs: clock.nowMs() })
  expect(told()).toBe(3)

  await clock.advance(DEADLINE_MS)
  command.answered({ worker: 'w2', error: null })
  command.end({ state: 'failed', text: 'too late' })
  expect(command.view).toMatchObject({ state: 'confirmed', answered: 1 })
  expect(log.list()).toEqual([command.view])
})

it('takes other changes of the cluster for no effect', () => {
  const { track, see } = start()
  const command = track()
  see('started')
  expect(command.view).toMatchObject({ state: 'sent', endedMs: null })
})

it('sees an effect that came before the answer', () => {
  const { track, see } = start()
  see('revoked')
  const command = track()
  command.answered({ worker: 'w1', error: null })
  expect(command.view).toMatchObject({ state: 'confirmed', text: 'The task was revoked.' })
})

it('ends at the deadline with what is known by then, and not a moment before', async () => {
  const { clock, track } = start()
  const silent = track()
  const halfway = track()
  halfway.answered({ worker: 'w1', error: null })
  await clock.advance(DEADLINE_MS - 1)
  expect([silent.view.endedMs, halfway.view.endedMs]).toEqual([null, null])

  await clock.advance(1)
  expect(silent.view).toMatchObject({ state: 'no-answer', text: '0 at the deadline.', endedMs: clock.nowMs() })
  expect(halfway.view).toMatchObject({ state: 'answered', text: '1 at the deadline.', endedMs: clock.nowMs() })
})

it('ends as failed when a worker answers with an error', () => {
  const { track } = start()
  const command = track()
  command.answered({ worker: 'w1', error: errorOf({ error: 'no such method' }) })
  expect(command.view).toMatchObject({ state: 'failed', text: 'w1 answered: no such method', answered: 0 })
  expect(command.view.endedMs).not.toBeNull()
})

it('finds the commands of a task, of the task it became, and of a worker', () => {
  const { log, track } = start()
  const retry = track({ taskId: 't1', newTaskId: 't2', of: null })
  const shutdown = track({ targets: ['w1@box'], of: null })
  expect(retry.view.text).toBe('Sent.')
  expect(log.forTask('t2')).toEqual([retry.view])
  expect(log.forWorker('w1@box')).toEqual([shutdown.view])
  expect(log.list()).toEqual([shutdown.view, retry.view])
})

it('keeps all commands of the largest call until they ended, and forgets the oldest after that', async () => {
  const { clock, log, track } = start()
  const many = Array.from({ length: 1_000 }, (_, i) => track({ summary: `first ${i}` }))
  await clock.advance(DEADLINE_MS)
  expect(many.filter((command) => command.view.endedMs === null)).toEqual([])
  expect(log.list()).toHaveLength(1_000)

  for (let i = 0; i < 5_000; i++) track({ summary: `second ${i}` })
  expect(log.list().length).toBeLessThanOrEqual(2_000)
  expect(log.list()[0]?.summary).toBe('second 4999')
})

it('ends a command that has to make room, so that nobody waits for it', () => {
  const { log, track } = start()
  const first = track()
  for (let i = 0; i < 2_000; i++) track()
  expect(log.list()).not.toContain(first.view)
  expect(first.view.endedMs).not.toBeNull()
})

it('reads the error of an answer, and only that', () => {
  expect([{ error: 'x' }, { ok: 'fine' }, 'error', null, { error: { deep: 1 } }].map(errorOf)).toEqual([
    'x',
    null,
    null,
    null,
    '[object Object]',
  ])
})
