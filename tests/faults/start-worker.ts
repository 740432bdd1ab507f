/** A worker in a process of its own, that a test can kill. */
import { type RunningCli, startCli } from '../../lib/testing/umbel-cli.ts'
import type { FaultsAppOptions } from './create-app.ts'

const TASKS = new URL('./tasks.ts', import.meta.url).pathname

/** Resolves when it consumes. */
export async function startFaultsWorker(
  name: string,
  { broker, backend = broker, ledger, settings = {} }: FaultsAppOptions,
  words: readonly string[] = [],
): Promise<RunningCli> {
  const env = {
    FAULTS_BROKER: broker,
    FAULTS_BACKEND: backend,
    FAULTS_LEDGER: ledger,
    FAULTS_SETTINGS: JSON.stringify(settings),
  }
  const worker = startCli(['worker', '-A', TASKS, '-n', `${name}@faults`, '-l', 'info', ...words], { env })
  await worker.says('ready.').catch((error: unknown) => {
    worker.child.kill('SIGKILL')
    throw error
  })
  return worker
}

export async function endWorker(worker: RunningCli, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  worker.child.kill(signal)
  await worker.ended
}
