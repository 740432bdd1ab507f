/** Signals to a worker, carried out: how it stops, restarts (HUP) and says what it does (USR1) (worker-beat.md 1.3). */
import type { Worker } from '../../../worker/worker.ts'
import { onSignals } from '../end-signals.ts'
import { onStopSignal, RUNNING } from './stop-plan.ts'

export interface StopSignals {
  /** Rejects when a stop failed. */
  readonly failed: Promise<never>
  /** As the signals so far want it. */
  readonly exitCode: number
  /** HUP: this program is to be started again in the place of this process. */
  readonly restarts: boolean
  /** Until then a signal ends the process at once. */
  attach(worker: Worker): void
  dispose(): void
}

/** npm and the launcher pass a key press on that has reached us already; what programs send is meant each time. */
const KEYBOARD_ECHO_MS = 500

export function listenForStop(): StopSignals {
  let plan = RUNNING
  let worker: Worker | null = null
  let restarts = false
  const failure = Promise.withResolvers<never>()
  failure.promise.catch(() => {}) // also told to whoever waits
  const isTerminal = process.stdin.isTTY === true
  const termIsQuit = process.env['REMAP_SIGTERM'] === 'SIGQUIT'

  const disposeStop = onSignals(
    ['SIGTERM', 'SIGINT', 'SIGQUIT'],
    (name) => {
      const { plan: next, says, stop, force } = onStopSignal(plan, name, termIsQuit)
      plan = next
      for (const line of says) process.stdout.write(`\n${line}\n`)
      if (force || worker === null) process.exit(plan.exitCode)
      if (stop !== null) worker.stop(stop).catch(failure.reject)
    },
    { echoMs: isTerminal ? KEYBOARD_ECHO_MS : 0 },
  )
  const disposeHangUp = onSignals(['SIGHUP'], () => {
    // A terminal that is closed must not start the worker again behind everybody's back.
    restarts = process.stdout.isTTY !== true
    if (restarts) process.stdout.write(`\nRestarting umbel worker (${process.argv.slice(1).join(' ')})\n`)
    if (worker === null) process.exit(0)
    worker.stop('warm').catch(failure.reject)
  })
  // Without a listener Node opens a debugger port on this signal.
  process.on('SIGUSR1', cry)

  return {
    failed: failure.promise,
    get exitCode() {
      return plan.exitCode
    },
    get restarts() {
      return restarts
    },
    attach(started) {
      worker = started
    },
    dispose() {
      disposeStop()
      disposeHangUp()
      process.off('SIGUSR1', cry)
    },
  }
}

/** Where the program is, and what it waits for. */
function cry(): void {
  const stack = new Error('SIGUSR1').stack ?? ''
  const waits = Object.entries(Object.groupBy(process.getActiveResourcesInfo(), (name) => name))
  const lines = waits.map(([name, found]) => `  ${name}: ${found?.length ?? 0}`)
  process.stderr.write(`\n${stack}\nOpen resources:\n${lines.join('\n')}\n`)
}
