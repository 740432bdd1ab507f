/** Where Umbel differs on purpose: named here and in docs/flower-compatibility.md, and nowhere else. */
export interface AllowedDifference {
  /** As the page has it. */
  readonly name: string
  /** Names of requests (or all that begin so, with `*`). */
  readonly requests: readonly string[]
  /** What Umbel answers. */
  readonly status: number
}

export const ALLOWED: readonly AllowedDifference[] = [
  { name: 'sort-by-empty', requests: ['GET /api/tasks?sort_by='], status: 400 },
  {
    name: 'search-negation',
    requests: [
      'GET /api/tasks?search=NOT%20proj.add',
      'GET /api/tasks?search=-proj.add',
      'GET /api/tasks?search=proj.add%20-state:FAILURE',
      'GET /api/tasks?search=proj.add%20AND%20NOT%20(state:FAILURE%20OR%20state:RETRY)',
      'GET /api/tasks?search=proj.add%20OR%20(name:proj%20-worker:nobody)',
      'GET /tasks/datatable?draw=3*',
    ],
    status: 200,
  },
  { name: 'search-negation', requests: ['GET /api/tasks?search=NOT%20', 'GET /api/tasks?search=-ad'], status: 400 },
  {
    name: 'search-fields',
    requests: [
      'GET /api/tasks?search=queue:celery',
      'GET /api/tasks?search=since:2h',
      'GET /api/tasks?search=run:%3E1h%20OR%20kwargs.y:3',
      'GET /api/tasks?search=name:*.add',
      'GET /api/tasks?search=state:SUCCESS,FAILURE',
      'GET /api/tasks?search=state:failed',
      'GET /tasks/datatable?draw=7*',
    ],
    status: 200,
  },
  { name: 'all-queues', requests: ['GET /api/queues/length'], status: 200 },
  {
    name: 'json-error-text',
    requests: [
      'POST /api/task/apply/proj.add {"args": [1',
      'POST /api/task/send-task/proj.add nonsense',
      'POST /api/worker/queue/add-consumer/py@test no form',
    ],
    status: 400,
  },
  {
    name: 'as-they-were-sent',
    requests: ['GET /api/tasks?limit=<b>', 'GET /api/tasks?sort_by=a%26b', 'GET /api/task/result/nothing?timeout=<b>'],
    status: 400,
  },
  { name: 'as-they-were-sent', requests: ['GET /api/workers?workername=a%26b'], status: 404 },
  {
    name: 'as-they-were-sent',
    requests: [
      'POST /api/worker/queue/add-consumer/py@test?queue=a%26b',
      'POST /api/worker/queue/cancel-consumer/py@test?queue=a%26b',
    ],
    status: 200,
  },
  {
    name: 'orders-checked',
    requests: [
      'POST /api/task/timeout/proj.echo?workername=py@test&hard=-1',
      'POST /api/task/revoke/nothing?terminate=true&signal=NOPE',
      'POST /api/task/async-apply/proj.add {"args": [1, 2], "kwargs": "x"}',
      'POST /api/task/async-apply/proj.add {"args": [1, 2], "countdown": []}',
      'POST /api/task/async-apply/proj.add {"args": [1, 2], "queue": 5}',
    ],
    status: 400,
  },
  {
    name: 'orders-checked',
    requests: ['POST /api/task/async-apply/proj.add {"args": [1, 2], "serializer": "nope"}'],
    status: 422,
  },
  {
    name: 'any-task-name',
    requests: [
      'POST /api/task/apply/proj.nothing*',
      'POST /api/task/async-apply/proj.nothing*',
      'POST /api/task/async-apply/proj.add {"args": [1, 2, 3, 4]}',
    ],
    status: 200,
  },
  {
    name: 'refusals-as-text',
    requests: [
      'POST /api/worker/pool/shrink/py@test?n=1000',
      'POST /api/worker/pool/autoscale/py@test?min=1&max=2',
      'POST /api/worker/pool/restart/py@test',
      'POST /api/task/rate-limit/proj.add?workername=py@test&ratelimit=fast',
    ],
    status: 403,
  },
  { name: 'health-closed', requests: ['GET /healthcheck'], status: 200 },
  { name: 'not-found-as-json', requests: ['GET /api/nothing', 'GET /api/tasks/', 'PUT /api/nothing'], status: 404 },
  { name: 'head', requests: ['HEAD /api/tasks'], status: 200 },
  {
    name: 'foreign-sites-refused',
    requests: ['foreign site', 'same site', 'foreign origin', 'foreign origin and a key'],
    status: 403,
  },
  {
    name: 'charset-told',
    requests: [
      'GET /tasks/datatable?start=0',
      'GET /tasks/datatable?draw=x',
      'GET /tasks/datatable?draw=1&start=0&length=5',
    ],
    status: 400,
  },
]

export function allowedFor(request: string): AllowedDifference | null {
  const matches = (pattern: string) =>
    pattern.endsWith('*') ? request.startsWith(pattern.slice(0, -1)) : pattern === request
  return ALLOWED.find(({ requests }) => requests.some(matches)) ?? null
}
