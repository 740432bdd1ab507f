/** Poll and retrieve: the state, and what goes with it. DELETE revokes. */
import { celery } from '../../../../lib/celery'

interface Context {
  readonly params: Promise<{ readonly id: string }>
}

export async function GET(_request: Request, { params }: Context): Promise<Response> {
  const result = celery.result((await params).id)
  const state = await result.state()
  const info = await result.result()
  if (info instanceof Error) return Response.json({ state, error: info.message })
  if (state === 'SUCCESS') return Response.json({ state, result: info })
  return Response.json({ state, progress: info }) // PENDING also for an id that nobody knows, as in Celery
}

export async function DELETE(_request: Request, { params }: Context): Promise<Response> {
  await celery.result((await params).id).revoke({ terminate: true })
  return new Response(null, { status: 204 })
}
