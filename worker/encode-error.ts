import { isProblem, isUmbelError } from '../lib/errors.ts'
import { celeryError } from './celery-error.ts'

/** What a value that no serializer takes fails its task with, under kombu's name; every other error stays as it is. */
export function asEncodeError(error: unknown): unknown {
  if (!isUmbelError(error) || !error.code.startsWith('message/')) return error
  // Its sentence speaks of a message that is read; here one could not be written.
  const text = isProblem(error, 'message/invalid') ? error.facts.reason : error.message
  return celeryError('EncodeError', [text], 'kombu.exceptions')
}
