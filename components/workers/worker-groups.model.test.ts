import { describe, expect, it } from 'vitest'
import { groupWorkers, matchesWords } from './worker-groups.model.ts'
import type { WorkerRow } from './worker-row.model.ts'

function row(name: string, fields: Partial<WorkerRow> = {}): WorkerRow {
  return {
    ...{ name, shortName: name, state: 'online', active: 1, concurrency: 4, now: null, donePerMinute: 0 },
    ...{ failedShare: null, failed: 0, load: null, queues: [], pool: null, software: null, memoryBytes: null },
    ...{ upSinceMs: null, lastSeenMs: null, skewMs: null },
    ...fields,
  }
}

const rows = [
  row('w1@web-2', { queues: ['high', 'low'], software: 'py-celery 5.7.0' }),
  row('w2@web-10', { queues: ['low'], active: 4 }),
  row('w3@web-2', { state: 'offline', active: null }),
]
const shape = (by: Parameters<typeof groupWorkers>[1]) =>
  groupWorkers(rows, by).map(({ name, rows: members, busy, slots }) => [
    name,
    members.map((member) => member.name).join(' '),
    `${busy}/${slots}`,
  ])

describe('groupWorkers', () => {
  it('by host counts the slots of those that are there', () => {
    expect(shape('host')).toEqual([
      ['web-2', 'w1@web-2 w3@web-2', '1/4'],
      ['web-10', 'w2@web-10', '4/4'],
    ])
  })

  it('by queue has a worker in each of its queues', () => {
    expect(shape('queue').map(([name, members]) => [name, members])).toEqual([
      ['high', 'w1@web-2'],
      ['low', 'w1@web-2 w2@web-10'],
      ['no queue', 'w3@web-2'],
    ])
  })

  it('by version says which have not told', () => {
    expect(shape('version').map(([name]) => name)).toEqual(['not told', 'py-celery 5.7.0'])
    expect(groupWorkers(rows, 'none')).toEqual([])
  })
})

describe('matchesWords', () => {
  it('finds all words anywhere', () => {
    const found = (text: string) => rows.filter((each) => matchesWords(each, text)).map(({ name }) => name)
    expect(found('LOW web-2')).toEqual(['w1@web-2'])
    expect(found('offline')).toEqual(['w3@web-2'])
    expect(found('  ')).toHaveLength(3)
  })
})
