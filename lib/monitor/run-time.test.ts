import { expect, it } from 'vitest'
import { type RunInput, runSeconds } from './run-time.ts'

const task = (values: Partial<RunInput>): RunInput => ({
  ...{ state: 'SUCCESS', started: null, failed: null, revoked: null, runtime: null },
  ...values,
})

it.each([
  ['what the worker measured', task({ started: 10, runtime: 2.5 }), 2.5],
  ['of a failure the time since its last start', task({ state: 'FAILURE', started: 10, failed: 13 }), 3],
  ['of a terminated task too', task({ state: 'REVOKED', started: 10, revoked: 11 }), 1],
  ['nothing of a task that was revoked before it ran', task({ state: 'REVOKED', revoked: 11 }), null],
  ['nothing where clocks or events disagree', task({ state: 'FAILURE', started: 10, failed: 9 }), null],
  ['nothing of a run that was tried again', task({ state: 'RETRY', started: 10, failed: 9 }), null],
])('tells %s', (_, given, seconds) => {
  expect(runSeconds(given)).toBe(seconds)
})
