import { expect, it, vi } from 'vitest'
import { Celery } from '../../../lib/client/celery.ts'
import { createCluster } from '../../../lib/monitor/cluster.ts'
import { taskEvent } from '../../../lib/testing/events.ts'
import { createTop } from './top.ts'

const NOW_MS = 1_795_243_690_000

function opened() {
  const app = new Celery('proj')
  const cluster = createCluster({ maxTasks: 100, maxWorkers: 10, maxFieldBytes: 1_000 })
  for (const [id, at] of [
    ['first', 1],
    ['second', 2],
  ] as const) {
    cluster.apply(taskEvent('received', id, at, { name: 'proj.add', args: '(1,\u001b[2J)', kwargs: '{}' }), NOW_MS)
  }
  cluster.apply(taskEvent('failed', 'second', 3, { exception: "ValueError('b')", traceback: 'Trace\nback' }), NOW_MS)
  let screen = ''
  const terminal = {
    width: 120,
    height: 24,
    write(text: string) {
      screen = text
    },
  }
  const top = createTop({ app, cluster, terminal, version: '1.0', events: () => 3 })
  return { app, top, screen: () => screen, lines: () => screen.split('\r\n') }
}

it('shows tasks, newest first, and what can be done', () => {
  const { top, lines } = opened()
  top.draw()
  const [, , heading = '', newest = '', oldest = ''] = lines()
  expect(heading).toMatch(/UUID +WORKER +TASK +TIME +STATE/)
  expect(newest).toContain('second')
  expect(newest).toContain('FAILURE')
  expect(oldest).toContain('first')
  expect(lines().at(-1)).toBe('Keys: j:down k:up i:info t:traceback r:result c:revoke l:limit q: quit')
  expect(lines().length).toBeLessThan(24)
})

it('moves, tells, and beeps where there is nothing to tell', () => {
  const { top, screen } = opened()
  top.press('t')
  expect(screen()).toContain('No task selected')
  top.press('\u001b[B')
  expect(screen()).toContain('Selected: name=proj.add')
  top.press('t')
  expect(screen()).toContain('Task Exception Traceback for second')
  expect(screen()).toContain('  Trace\r\n  back')
  top.press('x')
  top.press('r')
  expect(screen()).toContain("ValueError('b')")
  top.press('x')
  top.press('j')
  top.press('i')
  expect(screen()).toContain('Task details for first')
  expect(screen()).toContain('args: (1,?[2J)')
  expect(top.press('q')).toBe(true) // closes the details
  expect(top.press('q')).toBe(false)
})

it('revokes, and limits with a rate that is typed', async () => {
  const { app, top, screen } = opened()
  const revoke = vi.spyOn(app.control, 'revoke').mockResolvedValue([{ 'w@h': { ok: 'tasks flagged' } }])
  const limit = vi.spyOn(app.control, 'rateLimit').mockResolvedValue([])
  top.press('j')
  top.press('c')
  await vi.waitFor(() => expect(screen()).toContain('w@h: tasks flagged'))
  expect(revoke).toHaveBeenCalledWith('second', { reply: true })
  top.press('x')
  for (const key of ['l', '1', '0', '\u007f', '/', 'm', '\r']) top.press(key)
  await vi.waitFor(() => expect(screen()).toContain('No replies received in 1s deadline.'))
  expect(limit).toHaveBeenCalledWith('proj.add', '1/m', { reply: true })
})
