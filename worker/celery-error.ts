/** Exceptions of Celery's own; clients make them as well, where they run tasks themselves. */
export { type CeleryError, celeryError } from '../lib/client/celery-error.ts'
