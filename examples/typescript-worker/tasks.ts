/** The TypeScript side of the cluster: tasks that Python sends, and one that sends to Python. */
import { Celery } from 'umbel'

export const app = new Celery('shop', {
  broker: 'redis://localhost:6379/0', // the same as in Python
  backend: 'redis://localhost:6379/0',
  task_routes: { 'images.*': 'images' }, // the same too: what is sent from here finds its way back
})

/** `params` lets keyword arguments find their place: Python may call it as thumbnail(url=..., width=64). */
export const thumbnail = app.task('images.thumbnail', { params: ['url', 'width'] }, (url: string, width = 200) => {
  const thumb = new URL(url)
  thumb.searchParams.set('w', String(width))
  return thumb.href
})

/** Tried again with growing pauses when it throws. */
export const measure = app.task(
  'images.measure',
  { params: ['url'], autoretryFor: [TypeError], retryBackoff: 1, maxRetries: 3, softTimeLimit: 20 },
  async (url: string) => {
    const response = await fetch(url)
    const bytes = (await response.arrayBuffer()).byteLength
    await app.sendTask('stats.image_measured', [url, bytes])
    return { url, bytes }
  },
)
