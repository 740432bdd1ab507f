import { createManagedBroker, isAmqpUrl } from '../../lib/broker/amqp/managed-broker.ts'
import type { Broker } from '../../lib/broker/broker.ts'
import { openBroker } from '../../lib/broker/open-broker.ts'
import type { Runtime } from '../../lib/runtime/runtime.ts'
import type { DashboardOptions } from '../options/dashboard-options.ts'
import type { Embedded } from './embedded.ts'

/**
 * The broker that the dashboard looks at: a RabbitMQ through its management API, which shows queues and nothing else;
 * a worker or a beat in this process needs one that moves messages. Throws `broker/bad-url`.
 */
export function dashboardBroker(options: DashboardOptions, runtime: Runtime, embedded: Embedded | null): Broker {
  const { broker: url, broker_api: api, broker_transport_options: transportOptions } = options
  if (isAmqpUrl(url) && embedded === null) {
    runtime.log.warning(
      'RabbitMQ: its queues are shown, from its management API; events, workers and orders need AMQP, which a later version speaks',
    )
    return createManagedBroker({ runtime, url, api })
  }
  const failoverStrategy = embedded?.app.conf.broker_failover_strategy ?? null
  return openBroker(url, { runtime, transportOptions, failoverStrategy })
}
