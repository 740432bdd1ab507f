/** Submit: sends the task and answers with its id, without waiting for a worker. */
import { celery } from '../../../lib/celery'

export async function POST(request: Request): Promise<Response> {
  const { topic } = (await request.json()) as { topic?: unknown } // whatever was posted; judged in the next line
  if (typeof topic !== 'string') return Response.json({ error: 'topic is missing' }, { status: 400 })
  const { id } = await celery.sendTask('reports.build', [topic])
  return Response.json({ id }, { status: 202, headers: { location: `/api/reports/${id}` } })
}
