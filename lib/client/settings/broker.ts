import * as z from '../../runtime/shape.ts'
import { count, flag, record, seconds, serializer, setting, textOrNone } from './setting.ts'

const urls = z.union([z.string().min(1), z.array(z.string().min(1)).readonly()])

function brokerUrl(says: string) {
  return setting(urls.nullable(), 'the URL of a broker, redis://host:6379/0, or a list of them', {
    default: null,
    says,
  })
}

export const brokerSettings = {
  broker_url: brokerUrl(
    'Where messages go to and come from. The `broker` option of the app, or CELERY_BROKER_URL. Several, as a list or with ";" between them: the next is tried when one is away.',
  ),
  broker_read_url: brokerUrl('Where a worker takes messages from; null for broker_url.'),
  broker_write_url: brokerUrl('Where a client sends to; null for broker_url.'),
  broker_connection_retry: flag({ default: true, says: 'Whether a lost connection is made anew.' }),
  broker_connection_retry_on_startup: setting(z.boolean().nullable(), 'true, false or null', {
    default: null,
    says: 'The same for the first connection; null takes broker_connection_retry.',
  }),
  broker_connection_max_retries: setting(z.int().min(0).nullable(), 'a whole number or null', {
    default: 100,
    says: 'How often a connection is tried. Umbel goes on trying; Celery gives up.',
  }),
  broker_connection_timeout: seconds({ default: 4, says: 'How long one try to connect may take.' }),
  broker_heartbeat: setting(z.number().min(0).nullable(), 'seconds as a number, or null', {
    default: 120,
    says: 'Heartbeat of AMQP connections.',
  }),
  broker_pool_limit: setting(z.int().min(0).nullable(), 'a whole number or null', {
    default: 10,
    says: 'Connections kept for sending. Umbel needs one: commands are pipelined.',
  }),
  broker_transport_options: record({
    default: {},
    says: 'Options of the transport: visibility_timeout, global_keyprefix, priority_steps, sep...',
  }),
  broker_use_ssl: setting(z.union([z.boolean(), z.record(z.string(), z.unknown())]), 'true, false or an object', {
    default: false,
    says: 'TLS for the broker.',
  }),
  control_exchange: textOrNone({ default: 'celery', says: 'Remote control goes to <this>.pidbox.' }),
  control_queue_expires: seconds({ default: 10, says: 'When an unused reply queue goes away.' }),
  control_queue_ttl: seconds({ default: 300, says: 'How long an unread reply is kept.' }),
  event_exchange: textOrNone({ default: 'celeryev', says: 'Where events are published.' }),
  event_queue_prefix: textOrNone({ default: 'celeryev', says: 'First part of the names of event queues (AMQP).' }),
  event_serializer: serializer({ default: 'json', says: 'How events are written.' }),
  event_queue_expires: seconds({ default: 60, says: 'When an unused event queue goes away (AMQP).' }),
  event_queue_ttl: seconds({ default: 5, says: 'How long an unread event is kept (AMQP).' }),
  redis_socket_timeout: seconds({ default: 120, says: 'How long a Redis result command may take.' }),
  redis_max_connections: setting(z.int().min(1).nullable(), 'a whole number or null', {
    default: null,
    says: 'Bound of the result connections. Umbel needs two.',
  }),
  broker_failover_strategy: setting(
    z.union([z.literal('round-robin'), z.literal('shuffle')]).nullable(),
    'round-robin, shuffle or null',
    { default: null, says: 'Order in which several brokers are tried; null for round-robin.' },
  ),
  broker_heartbeat_checkrate: count({ default: 3, says: 'Checks in one AMQP heartbeat.' }),
} as const
