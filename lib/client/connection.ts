/** The connections of an app that is used as a client: made when first needed, or lent by whoever has them already. */

import type { Broker } from '../broker/broker.ts'
import { UmbelError } from '../errors.ts'
import type { Codecs } from '../protocol/codecs.ts'
import type { ChordOptions } from '../results/chord-options.ts'
import type { ResultStore } from '../results/results.ts'
import { type ResultTransportOptions, readResultTransportOptions } from '../results/transport-options.ts'
import { createRuntime, type Runtime } from '../runtime/runtime.ts'
import { brokerUrlOf } from './broker-url.ts'
import { msOrKeep } from './settings/compile.ts'
import type { Conf } from './settings/settings.ts'

export interface Links {
  readonly broker: Broker
  readonly results: ResultStore | null
  readonly runtime: Runtime
}

export interface ResultSettings extends ResultTransportOptions, ChordOptions {
  /** For rpc:// */
  readonly persistent: boolean
  readonly compression: string | null
  readonly serializer: string
  /** Those of the app, which may sign. */
  readonly codecs: Codecs
  /** Content types that results may be in. */
  readonly accept: readonly string[]
}

/** What the settings say of the result backend, besides its URL. */
export function resultOptionsOf(conf: Conf, codecs: Codecs): ResultSettings {
  return {
    codecs,
    compression: conf.result_compression,
    serializer: conf.result_serializer,
    accept: conf.result_accept_content ?? conf.accept_content,
    persistent: conf.result_persistent ?? false,
    resultExpiresMs: msOrKeep(conf.result_expires),
    chordExpiresMs: msOrKeep(conf.result_chord_expires ?? conf.result_expires),
    chordJoinTimeoutMs: conf.result_chord_join_timeout * 1000,
    ...readResultTransportOptions(conf.result_backend_transport_options),
  }
}

/**
 * Opens both; neither is waited for. `replyTo` is the queue for results that come as messages. Throws option/invalid without a URL, and for a URL that cannot be right. */
export async function connect(conf: Conf, codecs: Codecs, replyTo: string): Promise<Links> {
  const brokerUrl = brokerUrlOf(conf, 'write')
  const { result_backend: backendUrl, broker_transport_options: transportOptions } = conf
  if (brokerUrl === null) {
    throw new UmbelError('option/invalid', {
      option: 'broker_url',
      value: 'nothing',
      expected: "the URL of a broker, e.g. new Celery('proj', { broker: 'redis://localhost:6379/0' })",
    })
  }
  const [{ openBroker }, backends] = await Promise.all([
    import('../broker/open-broker.ts'),
    backendUrl === null ? null : import('../results/open-results.ts'),
  ])
  const runtime = createRuntime()
  const failoverStrategy = conf.broker_failover_strategy
  const broker = openBroker(brokerUrl, { runtime, transportOptions, failoverStrategy })
  void broker.open().catch(() => {}) // it goes on trying; whoever sends waits as long as the retry policy says
  const results =
    backends?.openResults(backendUrl ?? '', { runtime, broker, replyTo, ...resultOptionsOf(conf, codecs) }) ?? null
  void results?.open().catch(() => {}) // whoever asks for a result gets the reason
  return { broker, results, runtime }
}
