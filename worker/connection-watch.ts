/** Says, in Celery's words, that the broker is lost or cannot be reached, and tells who has to act on it. */
import type { Broker, BrokerStatus } from '../lib/broker/broker.ts'
import type { Log } from '../lib/runtime/log.ts'

export interface ConnectionListeners {
  readonly onLost?: () => void
  /** After it was lost. */
  readonly onBack?: () => void
}

/** Most lines about one outage: whoever watches the log sees that it goes on. */
const MOST_LINES = 100

/** Returns what ends the watch. To be called before `broker.open`, so that a broker that is down at the start is told of. */
export function watchConnection(broker: Broker, log: Log, { onLost, onBack }: ConnectionListeners = {}): () => void {
  let before = broker.status().state
  let lines = 0
  let isLost = false

  function cannotConnect(reason: string): void {
    lines++
    if (lines <= MOST_LINES)
      log.error(`consumer: Cannot connect to ${broker.url}: ${reason}. Trying again... (${lines})`)
  }

  const hear = ({ state, reason }: BrokerStatus) => {
    if (state === 'ready') {
      lines = 0
      if (isLost) onBack?.()
      isLost = false
    } else if (before === 'ready' && state === 'reconnecting') {
      isLost = true
      log.warning(
        `consumer: Connection to broker lost. Trying to re-establish the connection...${reason === null ? '' : ` (${reason})`}`,
      )
      onLost?.()
    } else if (state !== 'closed' && reason !== null) cannotConnect(reason)
    before = state
  }
  return broker.onStatus(hear)
}
