import * as z from '../../runtime/shape.ts'
import { faultOfAnnotations } from '../annotations.ts'
import { RATE } from '../option-kinds.ts'
import { faultOfRoutes, type TaskRoutes } from '../routing.ts'
import {
  compression,
  contentNames,
  count,
  countOrNone,
  flag,
  secondsOrNone,
  serializer,
  setting,
  text,
  textOrNone,
} from './setting.ts'

const QUEUE_TYPE = z.union([z.literal('classic'), z.literal('quorum')])
const EXCHANGE_TYPE = z.union([z.literal('direct'), z.literal('topic'), z.literal('fanout')])
const retryPolicy = z.looseObject({
  max_retries: z.int().min(0).nullable().optional(),
  interval_start: z.number().min(0).optional(),
  interval_step: z.number().min(0).optional(),
  interval_max: z.number().min(0).optional(),
})
const routes = z.custom<TaskRoutes | null>().superRefine((value, context) => {
  const fault = faultOfRoutes(value)
  if (fault !== null) context.addIssue({ code: 'custom', message: fault })
})
const rate = z.union([z.string(), z.number()]).refine(RATE.takes)
const annotations = z.record(z.string(), z.record(z.string(), z.unknown()))
const queueOptions = z.record(z.string(), z.unknown())
const namedQueue = z.looseObject({ name: z.string().min(1) })

export const taskSettings = {
  task_acks_late: flag({ default: false, says: 'Acknowledge after the task has ended instead of before it starts.' }),
  task_acks_on_failure_or_timeout: flag({ default: true, says: 'Late acks: acknowledge also what failed.' }),
  task_acks_on_failure: setting(z.boolean().nullable(), 'true, false or null', {
    default: null,
    says: 'The same for failures only; null takes task_acks_on_failure_or_timeout.',
  }),
  task_acks_on_timeout: setting(z.boolean().nullable(), 'true, false or null', {
    default: null,
    says: 'The same for hard time limits only; null takes task_acks_on_failure_or_timeout.',
  }),
  task_reject_on_worker_lost: setting(z.boolean().nullable(), 'true, false or null', {
    default: null,
    says: 'Late acks: give a message back when the process that ran it is gone.',
  }),
  task_retry_on_worker_lost: flag({ default: false, says: 'Retry a task whose process is gone.' }),
  task_allow_error_cb_on_chord_header: flag({
    default: false,
    says: 'Link the error callbacks of a chord to the tasks of its header too.',
  }),
  task_always_eager: flag({ default: false, says: 'Run tasks at once, in this process, instead of sending them.' }),
  task_eager_propagates: flag({ default: false, says: 'Eager tasks: throw what the task throws.' }),
  task_store_eager_result: flag({ default: false, says: 'Eager tasks: store the result.' }),
  task_annotations: setting(
    z
      .union([annotations, z.array(annotations).readonly()])
      .nullable()
      .superRefine((value, context) => {
        const fault = faultOfAnnotations(value)
        if (fault !== null) context.addIssue({ code: 'custom', message: fault })
      }),
    'an object of task name to options, or a list of these',
    {
      default: null,
      says: 'Options for tasks by name; * for all.',
    },
  ),
  task_compression: compression({ default: null, says: 'zlib, gzip, bzip2, lzma, brotli, zstd; null for none.' }),
  task_create_missing_queues: flag({ default: true, says: 'Whether a queue that is not in task_queues may be used.' }),
  task_create_missing_queue_type: setting<'classic' | 'quorum'>(QUEUE_TYPE, "'classic' or 'quorum'", {
    default: 'classic',
    says: 'How such a queue is made (RabbitMQ).',
  }),
  task_create_missing_queue_exchange_type: setting<'direct' | 'topic' | 'fanout' | null>(
    EXCHANGE_TYPE.nullable(),
    "'direct', 'topic', 'fanout' or null",
    { default: null, says: 'Type of the exchange of such a queue; null for direct.' },
  ),
  task_default_delivery_mode: setting<1 | 2>(z.union([z.literal(1), z.literal(2)]), '1 or 2', {
    default: 2,
    says: '2 keeps messages over a restart of the broker (AMQP).',
  }),
  task_default_exchange: textOrNone({ default: null, says: 'Exchange of the default queue; null for its name.' }),
  task_default_exchange_type: setting<'direct' | 'topic' | 'fanout'>(EXCHANGE_TYPE, "'direct', 'topic' or 'fanout'", {
    default: 'direct',
    says: 'Type of that exchange.',
  }),
  task_default_priority: setting(z.int().min(0).max(255).nullable(), 'a whole number from 0 to 255, or null', {
    default: null,
    says: 'Priority of messages for which none is given.',
  }),
  task_default_queue: text({ default: 'celery', says: 'The queue of tasks that no route sends elsewhere.' }),
  task_default_queue_type: setting<'classic' | 'quorum'>(QUEUE_TYPE, "'classic' or 'quorum'", {
    default: 'classic',
    says: 'How the default queue is made (RabbitMQ).',
  }),
  task_default_rate_limit: setting(rate.nullable(), "a rate such as '10/m', or null", {
    default: null,
    says: 'How many tasks of one name may start in a time, per worker.',
  }),
  task_default_routing_key: textOrNone({ default: null, says: 'Routing key of the default queue; null for its name.' }),
  task_ignore_result: flag({ default: false, says: 'Store no results.' }),
  task_inherit_parent_priority: flag({ default: false, says: 'Tasks sent by a task take its priority.' }),
  task_protocol: setting<1 | 2>(z.union([z.literal(1), z.literal(2)]), '1 or 2', {
    default: 2,
    says: 'Message protocol.',
  }),
  task_publish_retry: flag({ default: true, says: 'Try again when a message cannot be sent.' }),
  task_publish_retry_policy: setting(
    retryPolicy,
    'an object of max_retries, interval_start, interval_step, interval_max',
    {
      default: { max_retries: 3, interval_start: 0, interval_step: 0.2, interval_max: 1 },
      says: 'How often, and with which pauses in seconds.',
    },
  ),
  task_queue_max_priority: countOrNone({ default: null, says: 'x-max-priority of all queues (RabbitMQ).' }),
  task_queues: setting(
    z.union([z.array(z.union([z.string().min(1), namedQueue])), z.record(z.string(), queueOptions)]).nullable(),
    'a list of names or of { name, exchange, routing_key, ... }, or an object of queue name to options',
    { default: null, says: 'The queues a worker consumes when it is not told which; null for the default queue.' },
  ),
  task_remote_tracebacks: flag({ default: false, says: 'Whether results keep the traceback of the worker.' }),
  task_repr_maxlevels: count({ default: 3, says: 'How deep arguments are shown in argsrepr.' }),
  task_routes: setting(routes, 'an object, a function, or a list of these', {
    default: null,
    says: 'Which task goes to which queue: by name, glob, regular expression or function.',
  }),
  task_send_sent_event: flag({ default: false, says: 'Publish task-sent when a task is sent.' }),
  task_serializer: serializer({
    default: 'json',
    says: 'How messages are written: json, yaml, msgpack, pickle or auth.',
  }),
  task_soft_time_limit: secondsOrNone({ default: null, says: 'After this time a task is asked to stop.' }),
  task_time_limit: secondsOrNone({ default: null, says: 'After this time a task is stopped.' }),
  task_store_errors_even_if_ignored: flag({ default: false, says: 'Store failures of tasks that ignore results.' }),
  task_track_started: flag({ default: false, says: 'Store STARTED when a task begins.' }),
  accept_content: setting(contentNames, 'a list of texts', {
    default: ['json'],
    says: 'Which content types a worker reads.',
  }),
} as const
