/** A Node service in front of Python tasks: waits for a short one, hands out the id of a long one, tells errors apart. */
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { type AsyncResult, Celery, RemoteError, ResultTimeoutError } from 'umbel'

/** The same broker and backend as in tasks.py; CELERY_BROKER_URL and CELERY_RESULT_BACKEND win over them. */
export const app = new Celery('shop', {
  broker: 'redis://localhost:6379/0',
  backend: 'redis://localhost:6379/0',
})

type Answer = readonly [status: number, body: unknown]

const PATIENCE_SECONDS = 5

export function createService(): Server {
  return createServer(async (request, response) => {
    const [status, body] = await answer(request).catch((error: unknown): Answer => [503, { error: messageOf(error) }])
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
}

async function answer(request: IncomingMessage): Promise<Answer> {
  const { method, url = '/' } = request
  if (method === 'POST' && url === '/quotes') return quote(await bodyOf(request))
  if (method === 'POST' && url === '/reports') {
    const { id } = await app.sendTask('reports.build', [], await bodyOf(request))
    return [202, { id }]
  }
  const id = /^\/reports\/([\w-]+)$/.exec(url)?.[1]
  if (method === 'GET' && id !== undefined) return progress(app.result(id))
  return [404, { error: 'POST /quotes, POST /reports or GET /reports/<id>' }]
}

/** Short: the visitor waits for it. */
async function quote(kwargs: Record<string, unknown>): Promise<Answer> {
  const result = await app.sendTask('quotes.price', [], kwargs, { expires: PATIENCE_SECONDS })
  try {
    return [200, await result.get({ timeout: PATIENCE_SECONDS })]
  } catch (error) {
    // Python's exception: its class is the name, its arguments are the message.
    if (error instanceof RemoteError) return [422, { error: error.message, type: error.name }]
    if (error instanceof ResultTimeoutError) return [504, { error: 'no worker answered in time' }]
    throw error
  } finally {
    await result.forget() // nobody else asks for it
  }
}

/** Long: the visitor comes again. An id that nobody knows is PENDING, as in Celery. */
async function progress(result: AsyncResult): Promise<Answer> {
  const state = await result.state()
  const value = await result.result()
  if (value instanceof Error) return [200, { state, error: value.message }]
  return [200, { state, result: value }]
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  return JSON.parse(text || '{}') as Record<string, unknown> // what it may hold is for the task to judge
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
