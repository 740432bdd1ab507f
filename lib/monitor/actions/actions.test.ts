/** The one door: roles, input, audit. What the actions do to a cluster is in control.integration.test.ts. */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMemoryBroker, createMemoryBus } from '../../broker/memory/memory-broker.ts'
import { isProblem } from '../../errors.ts'
import { createMemoryHistory } from '../../history/memory/memory-history.ts'
import { parseEnvelope } from '../../protocol/message.ts'
import { readTaskMessage } from '../../protocol/task-message.ts'
import { createMemoryResults } from '../../results/memory/memory-results.ts'
import { nodeCodecs } from '../../runtime/codecs.ts'
import { createRuntime } from '../../runtime/runtime.ts'
import { taskEvent } from '../../testing/events.ts'
import { createHandClock } from '../../testing/hand-clock.ts'
import { sampleEnvelope } from '../../testing/sample-envelope.ts'
import { createAlerts } from '../alerts/alerts.ts'
import { createCapturedMessages } from '../captured-messages.ts'
import { createCluster } from '../cluster.ts'
import { type Actor, ROLES, type Role } from '../contracts.ts'
import { forgetWorker } from '../forget-worker.ts'
import { createInspector } from '../inspector.ts'
import { messageKey } from '../message-key.ts'
import { createPausedQueues } from '../paused-queues.ts'
import { createQueuePoller } from '../queue-poller.ts'
import { createSchedules } from '../schedules/schedules.ts'
import { MONITOR_DEFAULTS } from '../settings.ts'
import { ACTIONS, createActions } from './actions.ts'
import { type AuditLine, createAudit } from './audit.ts'
import { createCommandLog } from './command-log.ts'
import { createRetryLinks } from './retry-links.ts'
import { createTaskSender } from './task-sender.ts'

const by = (role: Role): Actor => ({ user: 'anna', role })

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'umbel-actions-'))
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

/** `told`: the settings that every worker has told of. */
async function start(readOnly = false, told: Record<string, unknown> | null = null) {
  const clock = createHandClock()
  const runtime = createRuntime({ clock })
  const bus = createMemoryBus()
  const broker = createMemoryBroker({ runtime, bus })
  await broker.open()
  const cluster = createCluster(MONITOR_DEFAULTS)
  const settings = { ...MONITOR_DEFAULTS, enableEvents: false }
  const asked = createInspector({ runtime, broker, cluster, settings })
  const conf = told === null ? {} : { conf: { value: told, atMs: 0 } }
  const inspector = { ...asked, answers: (worker: string) => ({ ...asked.answers(worker), ...conf }) }
  const history = createMemoryHistory({ runtime, maxSeries: 10 })
  const queues = createQueuePoller({ runtime, broker, cluster, inspector, history, settings })
  const alerts = createAlerts({
    ...{ runtime, dataDir, queues, cluster },
    config: { rules: [], channels: [] },
    failures: () => ({ finished: 0, failed: 0 }),
  })
  const log = runtime.log
  const commands = createCommandLog({ runtime, cluster })
  const actions = createActions({
    ...{ runtime, broker, cluster, inspector, queues, alerts, readOnly },
    captured: createCapturedMessages(),
    forgetWorker: (name) => forgetWorker(name, { cluster, alerts, counters: { forget() {}, purge() {} } }),
    results: createMemoryResults({ runtime }),
    commands,
    links: createRetryLinks({ dataDir: null, log }),
    paused: createPausedQueues({ dataDir: null, log }),
    schedules: createSchedules({ runtime, cluster, inspector, sources: [] }),
    audit: createAudit({ dataDir, runtime }),
    adopt: () => {},
    sender: createTaskSender({ broker, runtime, app: null }),
  })
  const audit = async () => {
    const text = await readFile(join(dataDir, 'audit.jsonl'), 'utf8').catch(() => '')
    return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as AuditLine]))
  }
  return { actions, audit, commands, cluster, clock, broker, bus }
}

/** The facts of the problem that the action ended with. */
async function refusal(run: Promise<unknown>) {
  const error: unknown = await run.then(
    () => new Error('It was done.'),
    (reason: unknown) => reason,
  )
  if (isProblem(error, 'action/forbidden') || isProblem(error, 'action/invalid') || isProblem(error, 'action/unknown'))
    return { code: error.code, ...error.facts }
  throw error
}

describe('roles', () => {
  const below = (role: Role) => ROLES.slice(0, ROLES.indexOf(role))
  const refused = ACTIONS.flatMap(({ name, role }) => below(role).map((given) => [name, given] as const))

  it.each(refused)('%s is refused to a %s, whatever the input', async (name, role) => {
    const { actions, audit } = await start()
    expect(await refusal(actions.run(by(role), name, { tasks: ['t1'] }))).toEqual({
      ...{ code: 'action/forbidden', action: name, role },
    })
    expect(await audit()).toMatchObject([{ who: 'anna', role, action: name, outcome: 'refused' }])
  })

  it.each(ACTIONS.filter(({ role }) => role !== 'viewer').map(({ name }) => name))(
    '%s is refused to everybody where nothing may be changed',
    async (name) => {
      const { actions, audit } = await start(true)
      await expect(actions.run(by('admin'), name, { task: 't1' })).rejects.toThrow('Read only mode is enabled')
      expect(await audit()).toMatchObject([{ action: name, targets: ['t1'], outcome: 'refused' }])
    },
  )

  it('every change asks for more than looking', () => {
    const open = ACTIONS.filter(({ role }) => role === 'viewer').map(({ name }) => name)
    expect(open).toEqual(['worker.inspect'])
  })
})

describe('input', () => {
  it.each([
    ['task.revoke', {}, 'tasks'],
    ['task.revoke', { tasks: [] }, 'tasks'],
    ['task.revoke', { tasks: [''] }, 'tasks.0'],
    ['task.revoke', { tasks: ['t'.repeat(256)] }, 'tasks.0'],
    ['task.revoke', { tasks: ['t'], signal: 'SIGSTOP' }, 'signal'],
    ['task.revoke', { tasks: ['t'], terminate: 'yes' }, 'terminate'],
    ['task.revoke', { tasks: Array.from({ length: 1_001 }, (_, i) => `t${i}`) }, 'tasks'],
    ['task.revoke', 'all of them', 'input'],
    ['task.revoke', null, 'input'],
    ['task.retry', { tasks: ['a', 'b'], args: '()' }, 'args'],
    ['task.retry', { tasks: ['t'], args: '(1,' }, 'args'],
    ['task.retry', { tasks: ['t'], args: '{}' }, 'args'],
    ['task.retry', { tasks: ['t'], args: '()', kwargs: '[]' }, 'kwargs'],
    ['task.retry', { tasks: ['t'], args: '()', kwargs: "{'a': print()}" }, 'kwargs'],
    ['worker.shutdown', { workers: 'w1@box' }, 'workers'],
    ['worker.pool-grow', { worker: 'w1@box', by: 1.5 }, 'by'],
    ['worker.pool-shrink', { worker: 'w1@box', by: 1.5 }, 'by'],
    ['queue.put-back', { queue: 'q', ids: [] }, 'ids'],
    ['queue.discard', { queue: '' }, 'queue'],
    ['queue.delete-message', { queue: 'q', key: 'it', position: 0 }, 'key'],
    ['worker.forget', {}, 'worker'],
    ['alert.silence', { rule: 'long', forMs: -1 }, 'forMs'],
    ['alert.save-rule', { rule: { name: 'x', kind: 'queue-length', queue: 'q' } }, 'above'],
    ['alert.save-channel', { channel: { name: 'x', kind: 'webhook', url: 'ftp://x' } }, 'url'],
  ])('%s with %j names the field', async (name, input, field) => {
    const { actions, audit } = await start()
    expect(await refusal(actions.run(by('admin'), name, input))).toMatchObject({ code: 'action/invalid', field })
    expect(await audit()).toMatchObject([{ action: name, outcome: 'failed', reason: expect.stringContaining(field) }])
  })

  it('an unknown action is none, and a long name is not repeated whole', async () => {
    const { actions } = await start()
    expect(await refusal(actions.run(by('admin'), 'x'.repeat(5_000), {}))).toEqual({
      ...{ code: 'action/unknown', action: 'x'.repeat(100) },
    })
    expect(await refusal(actions.run(by('admin'), 'constructor', {}))).toMatchObject({ code: 'action/unknown' })
  })

  it('a worker or task that nobody knows is said to be unknown', async () => {
    const { actions } = await start()
    const admin = by('admin')
    await expect(actions.run(admin, 'worker.shutdown', { workers: ['gone@box'] })).rejects.toThrow('gone@box')
    await expect(actions.run(admin, 'worker.pool-grow', { worker: 'gone@box', by: 1 })).rejects.toThrow('gone@box')
    await expect(actions.run(admin, 'task.retry', { tasks: ['t1'] })).rejects.toThrow('t1')
  })
})

describe('the audit', () => {
  it('has a line for what was done, by whom and to what, in a file of its owner', async () => {
    const { actions, audit, clock } = await start()
    const tasks = Array.from({ length: 25 }, (_, i) => `t${i}`)
    await actions.run(by('operator'), 'task.revoke', { tasks })
    expect(await audit()).toEqual([
      {
        at: new Date(clock.nowMs()).toISOString(),
        ...{
          who: 'anna',
          role: 'operator',
          from: null,
          via: 'none',
          action: 'task.revoke',
          outcome: 'done',
          reason: null,
        },
        targets: tasks.slice(0, 20),
        count: 25,
      },
    ])
    expect((await stat(join(dataDir, 'audit.jsonl'))).mode & 0o777).toBe(0o600)
  })

  it('does not hold what a channel is opened with', async () => {
    const { actions, audit } = await start()
    const channel = { name: 'ops', kind: 'webhook', url: 'https://hooks.example.org/T0/secret' }
    await actions.run(by('admin'), 'alert.save-channel', { channel })
    expect(JSON.stringify(await audit())).not.toContain('secret')
    expect(await audit()).toMatchObject([{ action: 'alert.save-channel', targets: ['ops'], count: 1, outcome: 'done' }])
  })
})

describe('retry', () => {
  it('sends what a person typed: Python, backslashes and all', async () => {
    const { actions, broker, cluster } = await start()
    cluster.apply(taskEvent('failed', 't1', 1, { exception: 'ValueError()' }), 1)
    cluster.apply(taskEvent('received', 't1', 0, { name: 'proj.add', args: "('a...',)", kwargs: '{}' }), 1)
    const input = { tasks: ['t1'], args: String.raw` ("a\tb\\", b"\x00") `, kwargs: "{'n': 0x10}", queue: 'low' }
    const { commands } = await actions.run(by('operator'), 'task.retry', input)

    const [message] = await broker.queues.peek('low', 0, 10)
    const envelope = parseEnvelope(message?.raw ?? '')
    const sent = envelope.ok ? readTaskMessage(envelope.value, { codecs: nodeCodecs }) : envelope
    expect(sent.ok && sent.value).toMatchObject({
      ...{ task: 'proj.add', id: commands[0]?.newTaskId },
      args: ['a\tb\\', new Uint8Array([0])],
      kwargs: { n: 16 },
    })
    expect(commands).toMatchObject([{ state: 'sent', taskId: 't1' }])
  })

  it('asks where the arguments are not whole, and sends nothing', async () => {
    const { actions, broker, cluster } = await start()
    cluster.apply(taskEvent('sent', 't1', 0, { name: 'proj.add', args: "('a...',)", kwargs: '{}', queue: 'low' }), 1)
    await expect(actions.run(by('operator'), 'task.retry', { tasks: ['t1'] })).rejects.toThrow(/not known/)
    expect(await broker.queues.peek('low', 0, 10)).toEqual([])
  })

  it('refuses to repeat a signed task where no app brought keys, and sends nothing', async () => {
    const { actions, broker, cluster } = await start(false, { task_serializer: 'auth', accept_content: ['auth'] })
    cluster.apply(taskEvent('received', 't1', 0, { name: 'proj.add', args: '(1,)', kwargs: '{}' }), 1)
    const run = actions.run(by('operator'), 'task.retry', { tasks: ['t1'], queue: 'low' })
    await expect(run).rejects.toMatchObject({ code: 'task/signed', facts: { id: 't1' } })
    expect(await broker.queues.peek('low', 0, 10)).toEqual([])
  })

  it('asks for the queue where none is known', async () => {
    const { actions, cluster } = await start()
    cluster.apply(taskEvent('received', 't1', 0, { name: 'proj.add', args: '(1,)', kwargs: '{}' }), 1)
    expect(await refusal(actions.run(by('operator'), 'task.retry', { tasks: ['t1'] }))).toMatchObject({
      field: 'queue',
    })
  })

  it('of many repeats those it can, and says of each other why not', async () => {
    const { actions, broker, cluster } = await start()
    const known = { name: 'proj.add', args: '(1,)', kwargs: '{}', queue: 'low' }
    cluster.apply(taskEvent('sent', 't1', 0, known), 1)
    cluster.apply(taskEvent('sent', 't2', 0, { ...known, args: "('a...',)" }), 1)
    const { commands } = await actions.run(by('operator'), 'task.retry', { tasks: ['t1', 't2', 't3'] })
    expect(commands.map(({ taskId, state, endedMs }) => [taskId, state, endedMs !== null])).toEqual([
      ['t1', 'sent', false],
      ['t2', 'failed', true],
      ['t3', 'failed', true],
    ])
    expect(await broker.queues.peek('low', 0, 10)).toHaveLength(1)
  })
})

it('leaves ended tasks alone when it revokes', async () => {
  const { actions, cluster } = await start()
  cluster.apply(taskEvent('succeeded', 't1', 1, { result: '1' }), 1)
  const { commands } = await actions.run(by('operator'), 'task.revoke', { tasks: ['t1'] })
  expect(commands).toMatchObject([{ state: 'failed', text: 'It had already ended: SUCCESS.' }])
})

it('says "no answer" after ten seconds when no worker is online', async () => {
  const { actions, clock, commands } = await start()
  await actions.run(by('operator'), 'task.revoke', { tasks: ['t1'] })
  expect(commands.list()).toMatchObject([{ state: 'sent', of: null }])
  await clock.advance(10_000)
  expect(commands.list()).toMatchObject([
    { state: 'no-answer', text: 'No worker is online. The task may still run.', endedMs: clock.nowMs() },
  ])
})

describe('messages that were set aside', () => {
  async function withThree() {
    const it = await start()
    for (const raw of ['one', 'two', 'three']) it.bus.put('q', raw, 0)
    it.bus.take(['q'], { nowMs: 0, untilMs: 0 }, () => {})
    const kept = await it.broker.queues.readSetAside('q', 0, 10)
    return { ...it, ids: kept.map(({ id }) => id) }
  }

  it('are put back as a command that is followed to its end, with what had gone meanwhile', async () => {
    const { actions, commands, broker, audit, ids } = await withThree()

    const answer = await actions.run(by('operator'), 'queue.put-back', { queue: 'q', ids: [ids[0], 'gone'] })

    expect(answer.commands).toMatchObject([
      {
        summary: 'Put 2 messages back into q',
        state: 'confirmed',
        text: '1 message put back. 1 message had gone meanwhile.',
      },
    ])
    expect(commands.list()).toEqual(answer.commands)
    expect((await broker.queues.peek('q', 0, 10)).map(({ raw }) => raw)).toEqual(['three'])
    expect(await audit()).toMatchObject([{ action: 'queue.put-back', targets: ['q'], outcome: 'done' }])
  })

  it('are deleted, all of a queue where none is named', async () => {
    const { actions, broker } = await withThree()

    const answer = await actions.run(by('admin'), 'queue.discard', { queue: 'q' })

    expect(answer.commands).toMatchObject([{ state: 'confirmed', text: '3 messages deleted.' }])
    expect(await broker.queues.setAside(['q'])).toEqual({})
    expect(await broker.queues.peek('q', 0, 10)).toEqual([])
  })
})

it('a waiting message is deleted by what it is, wherever it stands by then, and never another', async () => {
  const { actions, audit, broker } = await start()
  for (let n = 0; n < 3; n++) await broker.publish('q', sampleEnvelope(n))
  const peek = () => broker.queues.peek('q', 0, 10)
  const second = (await peek())[1]?.raw ?? ''
  const input = { queue: 'q', key: messageKey(second), position: 150, task: 'of-it' }
  const text = async () => (await actions.run(by('operator'), 'queue.delete-message', input)).commands[0]?.text

  expect(await text()).toMatch(/^1 message deleted: /)
  expect(await text()).toBe('Nothing was deleted: it does not wait any more. A worker may have taken it.')
  expect((await peek()).map(({ raw }) => JSON.parse(raw).headers.n)).toEqual([0, 2])
  expect((await audit())[0]).toMatchObject({ action: 'queue.delete-message', targets: ['of-it', 'q'], outcome: 'done' })
})
