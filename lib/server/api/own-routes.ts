/** What our own pages call, beside the socket (lib/live/http.ts). */
import type { Me } from '../../live/http.ts'
import { json, type Reply } from '../reply.ts'
import type { Call, Route } from '../route.ts'
import type { Arguments } from './arguments.ts'

const MESSAGES_PAGE = 50
const MESSAGES_MOST = 200

const common = { family: 'own', role: 'viewer' } as const

export const ownRoutes: readonly Route[] = [
  // Each action checks its own role (lib/monitor/actions): there is one list of who may do what.
  { ...common, method: 'POST', path: '/umbel/actions/:name', handle: runAction },
  { ...common, method: 'GET', path: '/umbel/tasks/:id/arguments', handle: retryArguments },
  { ...common, method: 'GET', path: '/umbel/queues/:name/messages', handle: queueMessages },
  { ...common, method: 'GET', path: '/umbel/queues/:name/set-aside', handle: setAside },
  { ...common, method: 'GET', path: '/umbel/me', handle: me },
]

async function runAction({ monitor, by, param, body }: Call): Promise<Reply> {
  return json(await monitor.actions.run(by, param('name'), await body()))
}

async function retryArguments({ monitor, param }: Call): Promise<Reply> {
  return json(await monitor.actions.retryArguments(param('id')))
}

async function queueMessages({ monitor, param, query }: Call): Promise<Reply> {
  const { offset, limit } = pageOf(query)
  return json(await monitor.peekQueue(param('name'), offset, limit))
}

async function setAside({ monitor, param, query }: Call): Promise<Reply> {
  const { offset, limit } = pageOf(query)
  return json(await monitor.setAside(param('name'), offset, limit))
}

function pageOf(query: Arguments) {
  return {
    offset: Math.max(0, query.integer('offset') ?? 0),
    limit: Math.min(MESSAGES_MOST, Math.max(1, query.integer('limit') ?? MESSAGES_PAGE)),
  }
}

function me({ monitor, by }: Call): Reply {
  const answer: Me = { user: by.user, role: by.role, readOnly: monitor.status().readOnly }
  return json(answer)
}
