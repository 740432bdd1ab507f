/** What is asked of `/api/tasks`, in the forms people ask for it. Those that Flower has no words for are Umbel's alone. */
export interface ListQuery {
  readonly name: string
  /** Another one each time, where what was found before shall not help. */
  readonly query: string | ((round: number) => string)
  readonly onlyUmbel?: boolean
  /** Answers of many megabytes are asked for this often. */
  readonly rounds?: number
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

/** Searches that nobody made before, by the round: what was remembered of another word helps none of them. */
export interface FreshSearch {
  readonly name: string
  textOf(round: number): string
}

const sixty = (word: (i: number) => string) => Array.from({ length: 60 }, (_, i) => word(i)).join(' OR ')

export const FRESH_SEARCHES: readonly FreshSearch[] = [
  { name: 'a rare word', textOf: (round) => `customer-${40_000 + round * 37}@` },
  { name: 'a frequent word', textOf: (round) => `customer-${10 + round}` },
  {
    name: 'a word of every task',
    textOf: (round) => '@example.com'.slice(round % 6, 12 - (Math.floor(round / 6) % 4)),
  },
  { name: 'a word that is not there', textOf: (round) => `nowhere-${round}-found` },
  { name: 'a part of ids', textOf: (round) => `${(round + 16).toString(16)}fe${((round * 37) % 4_096).toString(16)}` },
  { name: 'three words', textOf: (round) => `customer-${round} task_7 bench${round % 8}` },
  { name: 'OR of groups', textOf: (round) => `(customer-7${round} task_1) OR (customer-8${round} state:FAILURE)` },
  { name: '60 words, OR', textOf: (round) => sixty((i) => `customer-${20_000 + round * 60 + i}`) },
  { name: '60 words, OR, none there', textOf: (round) => sixty((i) => `cust${round}x${i}`) },
  { name: 'kwargs pair', textOf: (round) => `kwargs:order=${99_999 - round * 3}` },
]

export const FRESH_QUERIES: readonly ListQuery[] = [
  ...FRESH_SEARCHES.map(({ name, textOf }) => ({
    name: `fresh: ${name}`,
    query: (round: number) => `limit=100&search=${encodeURIComponent(textOf(round))}`,
  })),
  { name: 'all tasks', query: '', rounds: 3 },
  { name: 'all tasks that match, by name', query: 'sort_by=name&search=customer-9', rounds: 3 },
]
