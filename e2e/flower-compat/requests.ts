/**
 * What the differential test asks of both: every route of Flower 2.2 with its parameters, well and badly formed.
 * A request that changes something is asked of Flower first, then of Umbel, on the same worker.
 */
export interface Ids {
  readonly worker: string
  readonly succeeded: string
  readonly failed: string
  readonly retrying: string
  readonly sent: string
  /** Ended by a revoke. */
  readonly revoked: string
}

export interface CompatRequest {
  /** What a difference is named by; unique. */
  readonly name: string
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS' | 'HEAD' | 'PATCH'
  readonly path: (ids: Ids) => string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

const at = (path: string): CompatRequest => ({ name: `GET ${path}`, path: () => path })
const post = (path: string, body = ''): CompatRequest => ({
  name: `POST ${path}${body === '' ? '' : ` ${body}`}`,
  method: 'POST',
  path: () => path,
  body,
})
const form = { 'content-type': 'application/x-www-form-urlencoded' }

const tasks: readonly CompatRequest[] = [
  '',
  '?limit=3',
  '?limit=0',
  '?limit=-1',
  '?limit=',
  '?limit=x',
  '?limit=1.5',
  '?limit=%201%20',
  '?limit=1&limit=2',
  '?offset=2',
  '?offset=-3',
  '?offset=x',
  '?offset=&limit=1',
  '?limit=2&offset=1',
  '?limit=1&offset=100000',
  '?sort_by=name',
  '?sort_by=-name',
  '?sort_by=state',
  '?sort_by=-state',
  '?sort_by=received',
  '?sort_by=-received',
  '?sort_by=started',
  '?sort_by=-started',
  '?sort_by=--started',
  '?sort_by=runtime',
  '?sort_by=nothing',
  '?sort_by=',
  '?state=SUCCESS',
  '?state=success',
  '?state=FAILURE',
  '?state=All',
  '?state=NOTHING',
  '?state=',
  '?taskname=proj.add',
  '?taskname=PROJ.ADD',
  '?taskname=All',
  '?taskname=proj.ad',
  '?taskname=',
  '?workername=py@test',
  '?workername=All',
  '?workername=nobody',
  '?state=SUCCESS&taskname=proj.add&workername=py@test&limit=2',
  '?received_start=2000-01-01%2000:00',
  '?received_start=2090-01-01%2000:00',
  '?received_end=2000-01-01%2000:00',
  '?received_end=2090-01-01%2000:00',
  '?received_start=2000-01-01%2000:00&received_end=2090-01-01%2000:00&limit=2',
  '?received_start=yesterday',
  '?received_end=2026-13-01%2000:00',
  '?received_start=2026-01-01',
  '?search=proj.add',
  '?search=PROJ.ADD',
  '?search=ad',
  '?search=state:SUCCESS',
  '?search=state:success',
  '?search=STATE:SUCCESS',
  '?search=state:',
  '?search=name:proj.fail',
  '?search=worker:py@test',
  '?search=args:kaboom',
  '?search=result:5',
  '?search=kwargs:y=3',
  '?search=kwargs:y=4',
  '?search=kwargs:y',
  '?search=proj.add%20OR%20proj.fail',
  '?search=proj.add%20AND%20state:SUCCESS',
  '?search=(proj.add%20OR%20proj.fail)%20state:FAILURE',
  '?search=proj.add%20or%20proj.fail',
  '?search=%22proj.add%22',
  '?search=%22kaboom%20%26%20%3Cb%3E%22',
  '?search=%22open',
  '?search=(',
  '?search=)',
  '?search=()',
  '?search=OR',
  '?search=proj.add%20OR',
  '?search=AND%20proj.add',
  '?search=NOT%20proj.add',
  '?search=-proj.add',
  '?search=foo:barr',
  '?search=%22%22',
  '?search=((((((proj.add))))))',
  `?search=${'a'.repeat(2_049)}`,
  `?search=${'aaa%20'.repeat(129)}`,
  '?search=',
  '?nothing=1',
].map((query) => at(`/api/tasks${query}`))

const one: readonly CompatRequest[] = [
  { name: 'info succeeded', path: ({ succeeded }) => `/api/task/info/${succeeded}` },
  { name: 'info failed', path: ({ failed }) => `/api/task/info/${failed}` },
  { name: 'info retrying', path: ({ retrying }) => `/api/task/info/${retrying}` },
  { name: 'info sent', path: ({ sent }) => `/api/task/info/${sent}` },
  { name: 'info revoked', path: ({ revoked }) => `/api/task/info/${revoked}` },
  at('/api/task/info/nothing'),
  at('/api/task/info/'),
  at('/api/task/info/no%20%3Cb%3E'),
  at('/api/task/info/a/b'),
  at('/api/task/types'),
  at('/api/queues/length'),
  { name: 'result succeeded', path: ({ succeeded }) => `/api/task/result/${succeeded}` },
  { name: 'result failed', path: ({ failed }) => `/api/task/result/${failed}` },
  { name: 'result revoked', path: ({ revoked }) => `/api/task/result/${revoked}` },
  { name: 'result timeout', path: ({ succeeded }) => `/api/task/result/${succeeded}?timeout=1` },
  { name: 'result timeout of failed', path: ({ failed }) => `/api/task/result/${failed}?timeout=1` },
  at('/api/task/result/nothing'),
  at('/api/task/result/nothing?timeout=0.2'),
  at('/api/task/result/nothing?timeout=x'),
  at('/api/task/result/nothing?timeout='),
]

const workers: readonly CompatRequest[] = [
  at('/api/workers?status=1'),
  at('/api/workers?status=true&workername=nobody'),
  at('/api/workers?workername=nobody'),
  at('/api/workers?workername=nobody&refresh=1'),
  at('/api/workers?refresh=x'),
  at('/api/workers?status=maybe'),
  at('/api/workers?status='),
  at('/api/workers?workername=py@test'),
  at('/api/workers?refresh=1'),
  at('/api/workers'),
  at('/api/workers?refresh=1&workername=py@test'),
  at('/api/workers?workername='),
]

const orders: readonly CompatRequest[] = [
  post('/api/worker/pool/grow/py@test'),
  post('/api/worker/pool/grow/py@test?n=1'),
  post('/api/worker/pool/grow/py@test?n=x'),
  post('/api/worker/pool/grow/py@test?n='),
  post('/api/worker/pool/grow/nobody'),
  post('/api/worker/pool/grow/nobody?n=x'),
  post('/api/worker/pool/shrink/py@test?n=1'),
  post('/api/worker/pool/shrink/py@test?n=1000'),
  post('/api/worker/pool/shrink/nobody'),
  post('/api/worker/pool/autoscale/py@test?min=1&max=2'),
  post('/api/worker/pool/autoscale/py@test?min=1'),
  post('/api/worker/pool/autoscale/py@test?max=1'),
  post('/api/worker/pool/autoscale/py@test?min=&max=2'),
  post('/api/worker/pool/autoscale/py@test?min=a&max=2'),
  post('/api/worker/pool/autoscale/nobody?min=1&max=2'),
  post('/api/worker/pool/autoscale/nobody'),
  post('/api/worker/pool/restart/py@test'),
  post('/api/worker/pool/restart/nobody'),
  post('/api/worker/queue/add-consumer/py@test?queue=extra'),
  post('/api/worker/queue/add-consumer/py@test'),
  post('/api/worker/queue/add-consumer/py@test?queue='),
  post('/api/worker/queue/add-consumer/nobody?queue=extra'),
  { ...post('/api/worker/queue/add-consumer/py@test', 'queue=byform'), headers: form },
  post('/api/worker/queue/cancel-consumer/py@test?queue=extra'),
  post('/api/worker/queue/cancel-consumer/py@test?queue=never'),
  post('/api/worker/queue/cancel-consumer/py@test'),
  post('/api/worker/queue/cancel-consumer/nobody?queue=extra'),
  post('/api/worker/shutdown/nobody'),
  post('/api/task/rate-limit/proj.add?workername=py@test&ratelimit=200/m'),
  post('/api/task/rate-limit/proj.add?workername=py@test&ratelimit=0'),
  post('/api/task/rate-limit/proj.add?workername=py@test&ratelimit=fast'),
  post('/api/task/rate-limit/proj.add?workername=py@test'),
  post('/api/task/rate-limit/proj.add?ratelimit=1'),
  post('/api/task/rate-limit/proj.add?workername=nobody&ratelimit=1'),
  post('/api/task/rate-limit/proj.nothing?workername=py@test&ratelimit=1'),
  post('/api/task/timeout/proj.add?workername=py@test&hard=30&soft=20'),
  post('/api/task/timeout/proj.add?workername=py@test&hard=30'),
  post('/api/task/timeout/proj.add?workername=py@test&soft=x'),
  post('/api/task/timeout/proj.add?workername=py@test&hard=x'),
  post('/api/task/timeout/proj.add?workername=py@test'),
  post('/api/task/timeout/proj.add?hard=30'),
  post('/api/task/timeout/proj.nothing?workername=py@test&hard=30'),
  post('/api/task/timeout/proj.add?workername=nobody&hard=30'),
  post('/api/task/revoke/nothing'),
  post('/api/task/revoke/nothing?terminate=true&signal=SIGKILL'),
  post('/api/task/revoke/nothing?terminate=x'),
  post('/api/task/revoke/nothing?terminate='),
  post('/api/task/abort/nothing'),
]

const sending: readonly CompatRequest[] = [
  post('/api/task/apply/proj.add', '{"args": [1, 2]}'),
  post('/api/task/apply/proj.add', '{"args": [1], "kwargs": {"y": 5}}'),
  post('/api/task/apply/proj.fail', '{"args": ["boom <b>"]}'),
  post('/api/task/apply/proj.sleep', '{"args": [2], "timeout": 0.2}'),
  post('/api/task/apply/proj.add', '{"args": [1, 2], "timeout": "10"}'),
  post('/api/task/apply/proj.add', '{"args": [1, 2], "timeout": "soon"}'),
  post('/api/task/apply/proj.add', '{"args": "no"}'),
  post('/api/task/apply/proj.add', '[]'),
  post('/api/task/apply/proj.add', '"text"'),
  post('/api/task/apply/proj.add', '{"args": [1'),
  post('/api/task/apply/proj.add', '{"args": [1, 2], "countdown": "x"}'),
  post('/api/task/apply/proj.add', '{"args": [1, 2], "eta": "x"}'),
  post('/api/task/apply/proj.add', '{"args": [1, 2], "expires": "x"}'),
  post('/api/task/async-apply/proj.add', '{"args": [1, 2]}'),
  post('/api/task/async-apply/proj.echo'),
  post('/api/task/async-apply/proj.add', '{"args": [1, 2], "countdown": 0.1}'),
  post('/api/task/async-apply/proj.add', '{"args": [1, 2], "eta": "2001-01-01 00:00:00.000000"}'),
  post('/api/task/async-apply/proj.add', '{"args": [1, 2], "expires": 60}'),
  post('/api/task/async-apply/proj.add', '{"args": [1, 2], "task_id": "chosen-by-caller"}'),
  post('/api/task/async-apply/proj.add', '{"args": {"a": 1}}'),
  post('/api/task/async-apply/proj.nothing', '{"args": []}'),
  post('/api/task/apply/proj.nothing', '{"args": []}'),
  post('/api/task/send-task/proj.add', '{"args": [1, 2]}'),
  post('/api/task/send-task/proj.echo', '{"kwargs": {"a": 1}, "queue": "celery"}'),
  post('/api/task/send-task/proj.nothing', '{"args": [], "queue": "nowhere"}'),
  post('/api/task/send-task/proj.add', '{"args": 1}'),
  post('/api/task/send-task/proj.add', 'nonsense'),
]

const rules: readonly CompatRequest[] = [
  at('/healthcheck'),
  at('/api/nothing'),
  at('/api/task/apply/proj.add'),
  at('/api/worker/shutdown/py@test'),
  post('/api/tasks'),
  post('/api/workers'),
  { name: 'OPTIONS /api/tasks', method: 'OPTIONS', path: () => '/api/tasks' },
  { name: 'OPTIONS apply', method: 'OPTIONS', path: () => '/api/task/apply/proj.add' },
  { name: 'PUT /api/tasks', method: 'PUT', path: () => '/api/tasks' },
  { name: 'DELETE revoke', method: 'DELETE', path: () => '/api/task/revoke/x' },
  { name: 'HEAD /api/tasks', method: 'HEAD', path: () => '/api/tasks?limit=1' },
  { name: 'foreign site', ...siteOf('cross-site') },
  { name: 'same site', ...siteOf('same-site') },
  { name: 'foreign origin', method: 'POST', path: () => '/api/task/revoke/x', headers: { origin: 'http://evil' } },
  {
    name: 'foreign origin and a key',
    method: 'POST',
    path: () => '/api/task/revoke/x',
    headers: { origin: 'null', authorization: 'Bearer x' },
  },
]

function siteOf(site: string): Omit<CompatRequest, 'name'> {
  return { method: 'POST', path: () => '/api/task/revoke/x', headers: { 'sec-fetch-site': site } }
}

const table = (query: string): CompatRequest => at(`/tasks/datatable?${query}`)
const columns = 'columns[0][data]=name&columns[1][data]=received&order[0][column]=0'

const pages: readonly CompatRequest[] = [
  at('/workers?json=1'),
  table(`draw=1&start=0&length=5&search[value]=&${columns}&order[0][dir]=asc`),
  table(`draw=2&start=1&length=2&search[value]=proj.add&${columns}&order[0][dir]=desc`),
  table(`draw=3&start=0&length=5&search[value]=-x&${columns}&order[0][dir]=asc`),
  table('draw=4&start=0&length=5&search[value]=&columns[0][data]=nothing&order[0][column]=0&order[0][dir]=asc'),
  table(`draw=5&start=0&length=-1&search[value]=&${columns}&order[0][dir]=asc`),
  table('start=0'),
  table('draw=x'),
  table('draw=1&start=0&length=5'),
  {
    name: 'POST datatable',
    method: 'POST',
    path: () => '/tasks/datatable',
    headers: form,
    body: `draw=6&start=0&length=2&search[value]=&${columns}&order[0][dir]=asc`,
  },
]

export const REQUESTS = { tasks, one, workers, sending, orders, rules, pages } as const
