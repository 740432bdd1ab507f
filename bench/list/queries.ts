/** What is asked of `/api/tasks`, in the forms people ask for it. Those that Flower has no words for are Umbel's alone. */
export interface ListQuery {
  readonly name: string
  readonly query: string
  readonly onlyUmbel?: boolean
}

const search = (name: string, text: string, onlyUmbel = false): ListQuery => ({
  name: `${name}: ${text}`.slice(0, 44),
  query: `limit=100&search=${encodeURIComponent(text)}`,
  onlyUmbel,
})

export const LIST_QUERIES: readonly ListQuery[] = [
  { name: 'newest 100', query: 'limit=100' },
  { name: 'offset 50,000', query: 'limit=100&offset=50000' },
  ...['name', '-name', 'state', '-state', 'received', '-received', 'started', '-started'].map((key) => ({
    name: `sorted by ${key}`,
    query: `limit=100&sort_by=${key}`,
  })),
  { name: 'sorted by name, offset 50,000', query: 'limit=100&offset=50000&sort_by=name' },
  { name: 'filtered by state', query: 'limit=100&state=FAILURE' },
  { name: 'filtered by name', query: 'limit=100&taskname=proj.tasks.task_7' },
  { name: 'filtered by worker, by -started', query: 'limit=100&workername=bench3@host&sort_by=-started' },
  search('term', 'customer-99'),
  search('several terms', 'customer-9 task_7 bench3'),
  search('no hit', 'nowhere-to-be-found'),
  search('OR', '(customer-77 OR customer-88) (task_1 OR state:FAILURE)'),
  search('state', 'state:FAILURE'),
  search('pair', 'kwargs:order=99999'),
  search('common pair', 'kwargs:retry=False'),
  search('negation', 'customer-9 -state:SUCCESS NOT task_7', true),
  search('since', 'since:2h', true),
  search('uuid', 'uuid:8c1f', true),
  search('queue', 'queue:queue_3 -state:failed', true),
]
