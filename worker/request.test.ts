import { describe, expect, test } from 'vitest'
import {
  ALLOWED,
  createRequest,
  type Effect,
  type Failure,
  type Input,
  PHASES,
  type Policy,
  type Request,
  step,
} from './request.ts'

const failure: Failure = {
  exception: { exc_type: 'ValueError', exc_message: ['boom'], exc_module: 'builtins' },
  repr: "ValueError('boom')",
  traceback: 'Traceback',
}
const plan = { cause: failure, etaMs: 1000, args: null, kwargs: null, options: {} }

const INPUTS: readonly Input[] = [
  { type: 'received', fields: { name: 'proj.add' } },
  { type: 'accepted', pid: 7, hostname: 'ts@test' },
  { type: 'returned', value: 3, runtimeSeconds: 0.1 },
  { type: 'raised', failure },
  { type: 'retried', plan },
  { type: 'rejected', requeue: true, failure },
  { type: 'rejected', requeue: false, failure },
  { type: 'ignored' },
  { type: 'timed-out', failure },
  { type: 'expired' },
  { type: 'revoked' },
  { type: 'terminated', signum: 15 },
  { type: 'cancelled', failure },
  { type: 'given-back' },
  { type: 'unstorable', failure },
  { type: 'done' },
]

const policy = (over: Partial<Policy> = {}): Policy => ({
  acksLate: false,
  acksOnFailure: true,
  acksOnTimeout: true,
  storesResults: true,
  storesErrors: true,
  tracksStarted: true,
  ...over,
})

/** Every policy there is. */
const POLICIES: readonly Policy[] = Array.from({ length: 64 }, (_, bits) => ({
  acksLate: (bits & 1) > 0,
  acksOnFailure: (bits & 2) > 0,
  acksOnTimeout: (bits & 4) > 0,
  storesResults: (bits & 8) > 0,
  storesErrors: (bits & 16) > 0,
  tracksStarted: (bits & 32) > 0,
}))

function live(start: Request, inputs: readonly Input[]): { request: Request; effects: Effect[] } {
  let request = start
  const effects: Effect[] = []
  for (const input of inputs) {
    const next = step(request, input)
    request = next.request
    effects.push(...next.effects)
  }
  return { request, effects }
}

const names = (effects: readonly Effect[]) =>
  effects.map((effect) => {
    if (effect.type === 'emit') return effect.event
    if (effect.type === 'emit-result') return 'task-succeeded'
    return effect.type === 'store' ? effect.state : effect.type
  })

const isSettlement = (effect: Effect) => ['ack', 'reject', 'requeue'].includes(effect.type)
const [received, accepted, returned] = INPUTS

/** A life from the first message to this input. */
function lifeWith(end: Input, over: Partial<Policy> = {}): readonly string[] {
  const start = createRequest('id', policy(over))
  const before = ALLOWED.running.includes(end.type) ? [received, accepted] : []
  return names(live(start, [...before.filter((input) => input !== undefined), end]).effects)
}

describe('the order of effects, as Celery has it', () => {
  test('a retry for no error stores and tells of none', () => {
    const bare = { type: 'retried', plan: { ...plan, isBare: true } } as const
    const started = live(
      createRequest('id', policy()),
      [received, accepted].filter((input) => input !== undefined),
    )

    expect(live(started.request, [bare]).effects).toMatchObject([
      { type: 'send-retry' },
      { type: 'store', state: 'RETRY', result: null, traceback: 'Traceback' },
      { type: 'emit', event: 'task-retried', fields: { exception: 'None' } },
    ])
  })

  test.each<[string, Input, Partial<Policy>, readonly string[]]>([
    [
      'success, early ack',
      { type: 'returned', value: 1, runtimeSeconds: 1 },
      {},
      ['task-received', 'task-started', 'ack', 'STARTED', 'continue', 'SUCCESS', 'task-succeeded'],
    ],
    [
      'success, late ack',
      { type: 'returned', value: 1, runtimeSeconds: 1 },
      { acksLate: true },
      ['task-received', 'task-started', 'STARTED', 'continue', 'SUCCESS', 'task-succeeded', 'ack'],
    ],
    [
      'failure',
      { type: 'raised', failure },
      {},
      ['task-received', 'task-started', 'ack', 'STARTED', 'FAILURE', 'fail-rest', 'task-failed'],
    ],
    [
      'failure, late ack',
      { type: 'raised', failure },
      { acksLate: true },
      ['task-received', 'task-started', 'STARTED', 'FAILURE', 'fail-rest', 'task-failed', 'ack'],
    ],
    [
      'failure, late, not acked',
      { type: 'raised', failure },
      { acksLate: true, acksOnFailure: false },
      ['task-received', 'task-started', 'STARTED', 'FAILURE', 'fail-rest', 'task-rejected', 'reject', 'task-failed'],
    ],
    [
      'retry',
      { type: 'retried', plan },
      { acksLate: true },
      ['task-received', 'task-started', 'STARTED', 'send-retry', 'RETRY', 'task-retried', 'ack'],
    ],
    [
      'reject',
      { type: 'rejected', requeue: false, failure },
      {},
      ['task-received', 'task-started', 'ack', 'STARTED', 'FAILURE', 'fail-rest', 'task-failed'],
    ],
    [
      'reject, late',
      { type: 'rejected', requeue: false, failure },
      { acksLate: true },
      ['task-received', 'task-started', 'STARTED', 'FAILURE', 'fail-rest', 'task-failed', 'task-rejected', 'reject'],
    ],
    [
      'requeue, too late',
      { type: 'rejected', requeue: true, failure },
      {},
      ['task-received', 'task-started', 'ack', 'STARTED'],
    ],
    [
      'requeue',
      { type: 'rejected', requeue: true, failure },
      { acksLate: true },
      ['task-received', 'task-started', 'STARTED', 'task-rejected', 'requeue'],
    ],
    ['ignore', { type: 'ignored' }, {}, ['task-received', 'task-started', 'ack', 'STARTED']],
    [
      'hard limit, late, not acked',
      { type: 'timed-out', failure },
      { acksLate: true, acksOnTimeout: false },
      ['task-received', 'task-started', 'STARTED', 'FAILURE', 'fail-rest', 'task-failed', 'task-rejected', 'requeue'],
    ],
    [
      'terminated',
      { type: 'terminated', signum: 9 },
      { acksLate: true },
      ['task-received', 'task-started', 'STARTED', 'REVOKED', 'ack', 'task-revoked'],
    ],
    [
      'cold stop, late',
      { type: 'cancelled', failure },
      { acksLate: true },
      ['task-received', 'task-started', 'STARTED', 'task-cancelled', 'requeue'],
    ],
    [
      'cold stop, early',
      { type: 'cancelled', failure },
      {},
      ['task-received', 'task-started', 'ack', 'STARTED', 'task-cancelled', 'FAILURE', 'fail-rest', 'task-failed'],
    ],
    ['expired at once', { type: 'expired' }, {}, ['REVOKED', 'ack', 'task-revoked']],
    ['revoked at once', { type: 'revoked' }, {}, ['REVOKED', 'ack', 'task-revoked']],
    [
      'without results',
      { type: 'returned', value: 1, runtimeSeconds: 1 },
      { storesResults: false, storesErrors: false },
      ['task-received', 'task-started', 'ack', 'continue', 'task-succeeded'],
    ],
    [
      'errors are kept even so',
      { type: 'raised', failure },
      { storesResults: false },
      ['task-received', 'task-started', 'ack', 'FAILURE', 'fail-rest', 'task-failed'],
    ],
  ])('%s', (_, end, over, expected) => {
    expect(lifeWith(end, over)).toEqual(expected)
  })
})

describe('for every phase, input and policy', () => {
  test('only what is allowed changes anything; settled is the end', () => {
    for (const each of POLICIES) {
      for (const phase of PHASES) {
        for (const input of INPUTS) {
          const request: Request = { ...createRequest('id', each), phase }
          const next = step(request, input)
          const allowed = ALLOWED[phase].includes(input.type)
          expect(next.request === request).toBe(!allowed)
          if (!allowed) expect(next.effects).toEqual([])
        }
      }
    }
  })

  test('a whole life settles its message once at most, and exactly once unless it is given back', () => {
    for (const each of POLICIES) {
      for (const end of INPUTS.filter(({ type }) => ALLOWED.running.includes(type))) {
        for (const last of [{ type: 'done' } as const, { type: 'unstorable', failure } as const]) {
          const before = [received, accepted].filter((input) => input !== undefined)
          const { request, effects } = live(createRequest('id', each), [...before, end, last, ...INPUTS])
          expect(request.phase).toBe('settled')
          const counted = last.type === 'done' ? effects : effects.slice(0, -1)
          const settled = counted.filter(isSettlement).length
          expect(settled, JSON.stringify([each, end])).toBeLessThanOrEqual(last.type === 'done' ? 1 : 2)
          expect(effects.some(isSettlement), JSON.stringify([each, end])).toBe(true)
        }
      }
    }
  })

  test('a result is stored before a late message is acknowledged', () => {
    for (const each of POLICIES.filter(({ acksLate, storesResults }) => acksLate && storesResults)) {
      const inputs = [received, accepted, returned].filter((input) => input !== undefined)
      const order = names(live(createRequest('id', each), inputs).effects)
      expect(order.indexOf('SUCCESS')).toBeLessThan(order.indexOf('ack'))
    }
  })
})

test('what cannot be stored becomes a failure, with one settlement of the message', () => {
  const start = createRequest('id', policy({ acksLate: true }))
  const inputs = [received, accepted, returned].filter((input) => input !== undefined)
  const { request } = live(start, inputs)

  const { request: ended, effects } = step(request, { type: 'unstorable', failure })

  expect(ended.phase).toBe('settled')
  expect(names(effects)).toEqual(['FAILURE', 'fail-rest', 'task-failed', 'ack'])
})

describe('a part of a chord', () => {
  const typesOf = (input: Input) => step({ ...createRequest('id', policy({ inChord: true })), phase: 'running' }, input)

  test('is counted after its result is stored, whatever the result is', () => {
    const inputs: Input[] = [
      { type: 'returned', value: 3, runtimeSeconds: 0.1 },
      { type: 'raised', failure },
      { type: 'terminated', signum: 15 },
    ]
    for (const input of inputs) {
      const types = typesOf(input).effects.map(({ type }) => type)
      expect(types.indexOf('chord-part')).toBe(types.indexOf('store') + 1)
    }
  })

  test('is not counted when it is tried again or ignored', () => {
    for (const input of [{ type: 'retried', plan }, { type: 'ignored' }] satisfies Input[]) {
      expect(typesOf(input).effects.map(({ type }) => type)).not.toContain('chord-part')
    }
  })
})
