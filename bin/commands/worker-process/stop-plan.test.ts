import { expect, it } from 'vitest'
import { onStopSignal, RUNNING, type StopSignal } from './stop-plan.ts'

function play(signals: readonly StopSignal[], termIsQuit = false) {
  let plan = RUNNING
  const steps = signals.map((signal) => {
    const step = onStopSignal(plan, signal, termIsQuit)
    plan = step.plan
    return step
  })
  return { exitCode: plan.exitCode, stops: steps.map(({ stop, force }) => (force ? 'force' : stop)), steps }
}

// worker-beat.md 1.3, "Measured"
it.each([
  [['SIGTERM'], ['warm'], 0],
  [['SIGTERM', 'SIGTERM'], ['warm', null], 0],
  [['SIGINT'], ['warm'], 1],
  [['SIGINT', 'SIGINT'], ['warm', 'soft'], 1],
  [['SIGQUIT'], ['soft'], 0],
  [['SIGTERM', 'SIGQUIT'], ['warm', 'soft'], 0],
  [['SIGQUIT', 'SIGQUIT'], ['soft', 'cold'], 0],
  [['SIGQUIT', 'SIGINT', 'SIGINT'], ['soft', 'cold', 'force'], 1],
  [['SIGINT', 'SIGINT', 'SIGINT', 'SIGINT'], ['warm', 'soft', 'cold', 'force'], 1],
] as const)('%j stops %j and ends with %i', (signals, stops, exitCode) => {
  expect(play(signals)).toMatchObject({ stops, exitCode })
})

it('says what Celery says', () => {
  expect(play(['SIGINT', 'SIGINT']).steps.flatMap(({ says }) => says)).toEqual([
    'worker: Hitting Ctrl+C again will initiate cold shutdown, terminating all running tasks!',
    'worker: Warm shutdown (MainProcess)',
    'worker: Hitting Ctrl+C again will terminate all running tasks!',
  ])
  expect(play(['SIGQUIT', 'SIGQUIT']).steps.flatMap(({ says }) => says)).toEqual([
    'worker: Hitting Ctrl+C again will terminate all running tasks!',
    'worker: Cold shutdown (MainProcess)',
    'Waiting gracefully for cold shutdown to complete...',
  ])
})

it('takes TERM for QUIT where REMAP_SIGTERM says so', () => {
  expect(play(['SIGTERM', 'SIGTERM'], true).stops).toEqual(['soft', 'cold'])
})
