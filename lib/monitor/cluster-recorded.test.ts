import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { decodeEvents } from '../protocol/events.ts'
import { createCluster } from './cluster.ts'
import type { TaskRecord } from './records.ts'

interface Recording {
  readonly messages: readonly { readonly receivedSeconds: number; readonly raw: string }[]
}

interface RecordedState {
  readonly tasks: readonly Readonly<Record<string, unknown>>[]
  readonly workers: readonly Readonly<Record<string, unknown>>[]
}

// Written by tests/vectors/record.py and record_event_state.py.
const { messages } = readVector('events.json') as Recording
const expected = readVector('event-state.json') as RecordedState

function readVector(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../tests/vectors/${name}`, import.meta.url), 'utf8'))
}

function replay() {
  const cluster = createCluster({ maxTasks: 1_000, maxWorkers: 100, maxFieldBytes: 100_000 })
  for (const { receivedSeconds, raw } of messages) {
    const refuse = (why: string) => expect.unreachable(`a recorded event was refused: ${why}`)
    decodeEvents(raw, receivedSeconds, (event) => cluster.apply(event, receivedSeconds * 1_000), refuse)
  }
  return cluster
}

/** A record in the words of Celery. */
function asCelery(task: TaskRecord): Record<string, unknown> {
  const { routingKey, rootId, parentId, extra, source, version, ...same } = task
  return { ...same, routing_key: routingKey, root_id: rootId, parent_id: parentId }
}

describe('a recorded stream of a real cluster', () => {
  const cluster = replay()

  it.each(expected.tasks)("task $uuid ends as in Celery's own State: $state", (wanted) => {
    const task = cluster.task(String(wanted['uuid']))
    // Celery takes time and clock of a rejection that came after the failure and changed nothing (flower.md 6.2).
    const { timestamp, clock, ...rest } = wanted
    const isRolledBack = wanted['state'] === 'FAILURE' && wanted['rejected'] !== null
    const same = isRolledBack ? { ...rest, timestamp: wanted['failed'] } : wanted
    expect(task === undefined ? undefined : asCelery(task)).toMatchObject(same)
  })

  it.each(expected.workers)('worker $hostname is as it said', (wanted) => {
    const worker = cluster.worker(String(wanted['hostname']))
    expect(worker).toMatchObject({
      pid: wanted['pid'],
      freq: wanted['freq'],
      active: wanted['active'],
      processed: wanted['processed'],
      swIdent: wanted['sw_ident'],
      swVer: wanted['sw_ver'],
      swSys: wanted['sw_sys'],
      online: false,
      heartbeats: [],
    })
  })

  it('knows as many tasks and workers as Celery, clients not being workers', () => {
    expect(cluster.taskCount).toBe(expected.tasks.length)
    expect([...cluster.workers()].map(({ name }) => name).sort()).toEqual(
      expected.workers.map((worker) => worker['hostname']).sort(),
    )
  })

  it('gives the same state again from the same stream', () => {
    expect([...replay().tasks()]).toEqual([...cluster.tasks()])
  })
})
