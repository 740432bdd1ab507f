/** The end of a program that a test started. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** A Celery or Flower whose broker is gone may wait for it for ever instead of ending. */
const PATIENCE_MS = 10_000

/** Sends `signal` and waits for the end; SIGKILL when that does not come. Nothing when it has ended already. */
export async function stopChild(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill(signal)
  const impatience = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
  await exited
  clearTimeout(impatience)
}
