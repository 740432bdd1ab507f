/** The app and its connections for a command that asks something and ends. */
import { chdir } from 'node:process'
import type { Broker } from '../../lib/broker/broker.ts'
import type { Celery } from '../../lib/client/celery.ts'
import { messageOf, UmbelError } from '../../lib/errors.ts'
import type { ResultStore } from '../../lib/results/results.ts'
import type { Runtime } from '../../lib/runtime/runtime.ts'
import type { GlobalOptions } from '../options/celery-options.ts'
import { openAppLinks } from './app-links.ts'

export interface ClientLinks {
  readonly app: Celery
  readonly broker: Broker
  readonly results: ResultStore | null
  close(): Promise<void>
}

/** Celery's 4 s; a refusal is told at once. */
const CONNECT_MS = 4_000

/** Without -A: an app that knows the broker only. Throws `broker/unreachable` when the broker does not answer. */
export async function openClientLinks(options: GlobalOptions, runtime: Runtime): Promise<ClientLinks> {
  const links = await openAppLinks(options, runtime, { appIsNeeded: false })
  try {
    await connectOrFail(links.broker, runtime)
  } catch (error) {
    await links.close()
    throw error
  }
  links.results?.open().catch(() => {}) // whoever asks for a result gets the reason
  links.app.attach({ broker: links.broker, results: links.results, runtime })
  return links
}

/** The same for commands that never reach a worker without a broker, and say so as Celery does (exit code 69). */
export async function openControlLinks(options: GlobalOptions, runtime: Runtime): Promise<ClientLinks> {
  try {
    return await openClientLinks({ ...options, result_backend: 'disabled' }, runtime)
  } catch (error) {
    if (!(error instanceof UmbelError) || !error.code.startsWith('broker/un')) throw error
    throw unavailable(error)
  }
}

export function unavailable(error: unknown): UmbelError {
  const reason =
    'Could not connect to the message broker. Please make sure your broker (e.g., RabbitMQ or Redis) is running and ' +
    `the connection settings are correct. Reason: ${messageOf(error)}`
  return new UmbelError('command/unavailable', { reason }, error)
}

export function enterWorkdir({ workdir }: Pick<GlobalOptions, 'workdir'>): void {
  if (workdir === null) return
  try {
    chdir(workdir)
  } catch (error) {
    throw new UmbelError('option/invalid', { option: '--workdir', value: workdir, expected: 'a folder' }, error)
  }
}

async function connectOrFail(broker: Broker, runtime: Runtime): Promise<void> {
  const refused = Promise.withResolvers<never>()
  const fail = (reason: string) => refused.reject(new UmbelError('broker/unreachable', { url: broker.url, reason }))
  const unlisten = broker.onStatus(({ state, reason }) => {
    if (state === 'reconnecting') fail(reason ?? 'the connection was refused')
  })
  const ended = new AbortController()
  void runtime.clock.sleep(CONNECT_MS, ended.signal).then(() => {
    if (!ended.signal.aborted) fail(broker.status().reason ?? 'no answer')
  })
  try {
    await Promise.race([broker.open(), refused.promise])
  } finally {
    unlisten()
    ended.abort()
  }
}
