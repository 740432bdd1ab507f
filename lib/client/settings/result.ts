import * as z from '../../runtime/shape.ts'
import { compression, contentNames, flag, record, seconds, secondsOrNone, setting } from './setting.ts'

type ResultSerializer = 'json' | 'yaml' | 'msgpack' | 'pickle' | 'auth'

export const resultSettings = {
  result_backend: setting(z.string().min(1).nullable(), 'the URL of a result backend, redis://host:6379/0', {
    default: null,
    says: 'Where results are stored. The `backend` option of the app, or CELERY_RESULT_BACKEND.',
  }),
  result_accept_content: setting(contentNames.nullable(), 'a list of texts or null', {
    default: null,
    says: 'Which content types are read from the backend; null takes accept_content.',
  }),
  result_backend_transport_options: record({ default: {}, says: 'global_keyprefix and others.' }),
  result_cache_max: setting(z.int(), 'a whole number', { default: -1, says: 'Results kept in memory by a client.' }),
  result_chord_join_timeout: seconds({ default: 3, says: 'How long the end of a chord waits for its parts.' }),
  result_chord_retry_interval: seconds({ default: 1, says: 'How often a chord is looked at without native support.' }),
  result_chord_expires: secondsOrNone({
    default: null,
    says: 'Life of the keys of a chord; null takes result_expires.',
  }),
  result_compression: compression({ default: null, says: 'Compression of stored results.' }),
  result_expires: secondsOrNone({ default: 86_400, says: 'How long results are kept; null or 0 for ever.' }),
  result_extended: flag({ default: false, says: 'Store name, arguments, worker, retries and queue with the result.' }),
  result_failure_expires: secondsOrNone({ default: null, says: 'The same for failures; null takes result_expires.' }),
  result_persistent: setting(z.boolean().nullable(), 'true, false or null', {
    default: null,
    says: 'Whether result messages outlive the broker (rpc).',
  }),
  result_serializer: setting<ResultSerializer>(
    z.union([z.literal('json'), z.literal('yaml'), z.literal('msgpack'), z.literal('pickle'), z.literal('auth')]),
    'json, yaml, msgpack, pickle or auth',
    { default: 'json', says: 'How results are written; auth, which signs them, with setupSecurity().' },
  ),
} as const
