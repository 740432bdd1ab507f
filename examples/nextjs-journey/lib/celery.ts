import { Celery } from 'umbel'

/** One app, and so one connection, for the whole server. CELERY_BROKER_URL and CELERY_RESULT_BACKEND win over these. */
export const celery = new Celery('journey', {
  broker: 'redis://localhost:6379/0',
  backend: 'redis://localhost:6379/0',
})
