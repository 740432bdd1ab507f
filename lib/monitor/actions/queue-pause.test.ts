import { describe, expect, it } from 'vitest'
import { isProblem } from '../../errors.ts'
import { createRuntime } from '../../runtime/runtime.ts'
import { createHandClock } from '../../testing/hand-clock.ts'
import type { AskOptions, WorkerAnswers } from '../contracts.ts'
import { createPausedQueues } from '../paused-queues.ts'
import type { Action, ActionDeps } from './action.ts'
import { createCommandLog } from './command-log.ts'
import { pauseQueue, resumeQueue } from './queue-pause.ts'

const ANNA = { user: 'anna', role: 'admin' } as const

/** Workers that take from `high` and answer orders, but for those that are deaf. */
function cluster(names: readonly string[], deaf: readonly string[] = []) {
  const clock = createHandClock()
  const runtime = createRuntime({ clock })
  const takes = new Map(names.map((name) => [name, true]))
  const online = new Set(names)
  const orders: string[] = []
  const worker = (name: string) => ({ name, online: online.has(name) })
  const reader = {
    worker: (name: string) => (takes.has(name) ? worker(name) : undefined),
    workers: () => [...takes.keys()].map(worker),
    onChange: () => () => {},
  }
  const paused = createPausedQueues({ dataDir: null, log: runtime.log })
  const deps = {
    runtime,
    cluster: reader,
    paused,
    broker: { url: '', supports: { fanout: true }, status: () => ({ state: 'ready' }) },
    commands: createCommandLog({ runtime, cluster: reader as never }), // it only listens for changes
    queues: { poll: async () => {} },
    inspector: {
      answers: (name: string): WorkerAnswers => ({
        active_queues: { atMs: 0, value: takes.get(name) ? [{ name: 'high' }] : [] },
      }),
      refresh: async () => {},
      async ask(command: string, _: object, { destination = [], onReply }: AskOptions) {
        for (const name of destination) {
          if (deaf.includes(name)) continue
          orders.push(`${command} ${name}`)
          if (command !== 'active_queues') takes.set(name, command === 'add_consumer')
          onReply?.({ worker: name, reply: { ok: 'done' } })
        }
        return []
      },
    },
  } as unknown as ActionDeps // what the two actions use of it
  const run = (action: Action, queue = 'high') => action.run({ queue }, deps, ANNA)
  return { run, paused, takes, online, orders, deps }
}

const allOver = () => new Promise((resolve) => setImmediate(resolve))

describe('pausing a queue', () => {
  it('asks all workers that take from it, says who did and notes who paused it', async () => {
    const { run, paused, takes, deps } = cluster(['w1', 'w2'])
    await run(pauseQueue)
    await allOver()

    expect([...takes.values()]).toEqual([false, false])
    expect(paused.of('high')).toMatchObject({ who: 'anna', workers: ['w1', 'w2'], silent: [] })
    expect(deps.commands.list()[0]).toMatchObject({
      state: 'confirmed',
      text: 'All 2 workers did it: w1, w2.',
      targets: ['high', 'w1', 'w2'],
    })
  })

  it('tells who did not answer', async () => {
    const { run, paused, deps } = cluster(['w1', 'w2'], ['w2'])
    await run(pauseQueue)
    await allOver()

    expect(paused.of('high')).toMatchObject({ silent: ['w2'] })
    expect(deps.commands.list()[0]?.text).toContain('w2 did not answer')
  })

  it('of which nobody heard is no pause', async () => {
    const { run, paused } = cluster(['w1'], ['w1'])
    await run(pauseQueue)
    await allOver()
    expect(paused.of('high')).toBeNull()
  })

  it('a second time changes nothing and says who was first; nor is there anything to pause where nobody takes', async () => {
    const { run } = cluster(['w1'])
    await run(pauseQueue)
    await allOver()

    await expect(run(pauseQueue)).rejects.toSatisfy((error) => isProblem(error, 'queue/paused'))
    await expect(run(pauseQueue, 'low')).rejects.toSatisfy((error) => isProblem(error, 'queue/unserved'))
  })

  it('once more asks the workers that started since', async () => {
    const { run, paused, takes, online, orders } = cluster(['w1'])
    await run(pauseQueue)
    await allOver()
    takes.set('w3', true)
    online.add('w3')
    await run(pauseQueue)
    await allOver()

    expect(orders.filter((order) => order.startsWith('cancel'))).toEqual(['cancel_consumer w1', 'cancel_consumer w3'])
    expect(paused.of('high')?.workers).toEqual(['w1', 'w3'])
  })
})

describe('resuming it', () => {
  it('asks those that were stopped and are still there', async () => {
    const { run, paused, takes, online, orders } = cluster(['w1', 'w2'])
    await run(pauseQueue)
    await allOver()
    online.delete('w2')
    await run(resumeQueue)
    await allOver()

    expect(orders.filter((order) => order.startsWith('add'))).toEqual(['add_consumer w1'])
    expect(takes.get('w1')).toBe(true)
    expect(paused.of('high')).toBeNull()
  })

  it('ends the pause where all of them have gone, and is refused where there is none', async () => {
    const { run, paused, online } = cluster(['w1'])
    await run(pauseQueue)
    await allOver()
    online.clear()
    await run(resumeQueue)

    expect(paused.of('high')).toBeNull()
    await expect(run(resumeQueue)).rejects.toSatisfy((error) => isProblem(error, 'queue/not-paused'))
  })
})
