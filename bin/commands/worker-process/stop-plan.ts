/** What each signal does to a worker that runs, and to one that is stopping (worker-beat.md 1.3). Pure. */
import type { StopHow } from '../../../worker/worker.ts'

export type StopSignal = 'SIGTERM' | 'SIGINT' | 'SIGQUIT'

/** How far the end has come: cold is asked for once, hastened once, and then forced. */
export interface StopPlan {
  readonly phase: 'running' | 'warm' | 'cold' | 'hastened'
  readonly exitCode: number
}

export interface StopStep {
  readonly plan: StopPlan
  /** Lines for stdout, in Celery's words. */
  readonly says: readonly string[]
  /** Null: nothing new is asked of the worker. */
  readonly stop: StopHow | null
  /** End the process now. */
  readonly force: boolean
}

export const RUNNING: StopPlan = { phase: 'running', exitCode: 0 }

const WARM = 'worker: Warm shutdown (MainProcess)'
const COLD = 'worker: Cold shutdown (MainProcess)'
const FIRST_INT = 'worker: Hitting Ctrl+C again will initiate cold shutdown, terminating all running tasks!'
const COLD_BEGINS = 'worker: Hitting Ctrl+C again will terminate all running tasks!'
const HASTENED = 'Waiting gracefully for cold shutdown to complete...'

/** TERM asks politely however often it comes. INT asks politely once, then as QUIT does. `termIsQuit`: REMAP_SIGTERM. */
export function onStopSignal(plan: StopPlan, signal: StopSignal, termIsQuit = false): StopStep {
  const { phase } = plan
  const isPolite = signal === 'SIGTERM' ? !termIsQuit : signal === 'SIGINT' && phase === 'running'
  if (isPolite) {
    const exitCode = signal === 'SIGINT' ? 1 : plan.exitCode
    const next = phase === 'running' ? 'warm' : phase
    const says = signal === 'SIGINT' ? [FIRST_INT, WARM] : [WARM]
    return { plan: { phase: next, exitCode }, says, stop: phase === 'running' ? 'warm' : null, force: false }
  }
  if (phase === 'running' || phase === 'warm') {
    const says = signal === 'SIGINT' ? [COLD_BEGINS] : [COLD_BEGINS, COLD]
    return { plan: { ...plan, phase: 'cold' }, says, stop: 'soft', force: false }
  }
  if (phase === 'cold') return { plan: { ...plan, phase: 'hastened' }, says: [HASTENED], stop: 'cold', force: false }
  return { plan: { ...plan, exitCode: 1 }, says: [], stop: null, force: true }
}
