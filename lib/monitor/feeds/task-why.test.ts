import { describe, expect, it } from 'vitest'
import { taskRecord } from '../../testing/task-record.ts'
import { type Surroundings, whyOf } from './task-why.ts'

const NOW_S = 1_795_225_138
const around: Surroundings = {
  nowMs: NOW_S * 1_000,
  lost: false,
  consumers: ['w1', 'w2'],
  busy: 1,
  slots: 8,
  waiting: 3_904,
  worker: { online: true, lastSeenMs: NOW_S * 1_000 },
  usual: null,
  outPerSecond: null,
  pausedBy: null,
  restoredMs: null,
}
const task = (known: object) => taskRecord({ uuid: 'a', worker: 'w1', queue: 'high', timestamp: NOW_S - 14, ...known })

describe('why a task is where it is', () => {
  it.each([
    [{ state: 'PENDING', sent: NOW_S - 14 }, { consumers: [] }, 'Waiting for 14 s: no worker serves queue high.'],
    [
      { state: 'PENDING', sent: NOW_S - 14 },
      { busy: 8 },
      'Waiting for 14 s: all 8 slots of the 2 workers on high are busy; 3,904 messages in the queue.',
    ],
    [{ state: 'PENDING', sent: NOW_S - 14 }, {}, 'Waiting for 14 s in queue high; 3,904 messages in the queue.'],
    [
      { state: 'PENDING', sent: NOW_S - 14 },
      { outPerSecond: 20, busy: 8 },
      'Waiting for 14 s: all 8 slots of the 2 workers on high are busy; 3,904 messages in the queue, which takes about 3 m 15 s at the speed of now.',
    ],
    [
      { state: 'PENDING', sent: NOW_S - 14 },
      { consumers: [], pausedBy: 'anna' },
      'Waiting for 14 s: queue high is paused (by anna).',
    ],
    [
      { state: 'STARTED', started: NOW_S - 72 },
      {
        lost: true,
        worker: { online: false, lastSeenMs: (NOW_S - 60) * 1_000 },
        restoredMs: (NOW_S + 3_240) * 1_000,
      },
      'No event for 14 s; worker w1 went away 1 m 00 s ago. With acks late it runs again when the visibility timeout ends, in about 54 m 00 s.',
    ],
    [{ state: 'PENDING', sent: NOW_S - 14, queue: null }, {}, 'Waiting for 14 s: no worker has received it yet.'],
    [
      { state: 'RECEIVED', eta: new Date((NOW_S + 130) * 1_000).toISOString() },
      {},
      'w1 holds it until its ETA, for another 2 m 10 s.',
    ],
    [{ state: 'STARTED', started: NOW_S - 72 }, {}, 'Running for 1 m 12 s.'],
    [
      { state: 'STARTED', started: NOW_S - 72 },
      { usual: { medianMs: 40_000, p95Ms: 55_000 } },
      'Running for 1 m 12 s; usually 40 s (p95 55 s).',
    ],
    [
      { state: 'STARTED', started: NOW_S - 72 },
      { lost: true, worker: { online: false, lastSeenMs: (NOW_S - 60) * 1_000 } },
      'No event for 14 s; worker w1 went away 1 m 00 s ago. With acks late it runs again when the broker gives its message back.',
    ],
    [{ state: 'REVOKED', revoked: NOW_S }, {}, 'It was revoked before it ran.'],
    [{ state: 'REVOKED', extra: { expired: true } }, {}, 'It expired before a worker started it.'],
    [{ state: 'REVOKED', extra: { terminated: true } }, {}, 'It was revoked while it ran; its process was ended.'],
    [
      { state: 'RETRY', exception: "KeyError('again')", retries: 0 },
      {},
      "It failed with KeyError('again'), and will run again when a worker takes it again (retry 1).",
    ],
    [{ state: 'FAILURE', exception: "NotRegistered('nope')" }, {}, "NotRegistered('nope')"],
    [{ state: 'SUCCESS' }, {}, null],
  ])('%o %o', (known, facts, sentence) => {
    expect(whyOf(task(known), { ...around, ...facts })).toBe(sentence)
  })

  it('names the exception and the place where it was raised', () => {
    const traceback = `Traceback (most recent call last):
  File "/venv/celery/app/trace.py", line 453, in trace_task
    R = retval = fun(*args, **kwargs)
  File "/srv/smtp.py", line 88, in send
    raise TimeoutError("timed out after 10 s")
TimeoutError: timed out after 10 s
`
    expect(whyOf(task({ state: 'FAILURE', traceback }), around)).toBe(
      'TimeoutError: timed out after 10 s (smtp.py:88 in send)',
    )
  })

  it('names the deepest place in own code, where a library raised it', () => {
    const traceback = `Traceback (most recent call last):
  File "/srv/shop/mail.py", line 12, in send
    smtp.connect()
  File "/srv/venv/lib/python3.13/site-packages/smtp/link.py", line 88, in connect
    raise OSError("refused")
OSError: refused
`
    expect(whyOf(task({ state: 'FAILURE', traceback }), around)).toBe('OSError: refused (mail.py:12 in send)')
  })

  it('names the exception of a stack of ours, which stands first', () => {
    const traceback =
      'Error: card declined\n    at handler (file:///srv/tasks.js:3:1)\n    at async runTask (file:///x.js:1:1)'
    expect(whyOf(task({ state: 'FAILURE', traceback }), around)).toBe('Error: card declined')
  })
})
