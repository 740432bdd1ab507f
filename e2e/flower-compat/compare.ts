/** Two answers to one request, field by field. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | null>>
  readonly body: string
}

const HEADERS = [
  'content-type',
  'location',
  'www-authenticate',
  'access-control-allow-origin',
  'x-content-type-options',
]

export async function ask(
  base: string,
  { method = 'GET', path, headers = {}, body }: { method?: string; path: string; headers?: object; body?: string },
): Promise<Answer> {
  const init = { method, headers: { ...headers }, redirect: 'manual' as const }
  const answer = await fetch(base + path, body === undefined ? init : { ...init, body })
  return {
    status: answer.status,
    headers: Object.fromEntries(HEADERS.map((name) => [name, answer.headers.get(name)])),
    body: await answer.text(),
  }
}

/** Differs from one program, or from one moment, to the next. Only the type is compared. */
const VOLATILE: ReadonlySet<string> = new Set([
  'timestamp',
  'clock',
  'task-id',
  'heartbeats',
  'loadavg',
  'worker-heartbeat',
  'uptime',
  'rusage',
  'pid',
  'processes',
  'writes',
  'total',
  'broker',
])

/** `racing`: the state of a task that was sent a moment ago may be any.
 * Where they differ, as `path: flower's ≠ umbel's`; empty when they agree. */
export function differences(flower: Answer, umbel: Answer, racing: boolean): readonly string[] {
  const found: string[] = []
  if (flower.status !== umbel.status) found.push(`status: ${flower.status} ≠ ${umbel.status}`)
  for (const name of HEADERS) {
    const [theirs, ours] = [flower.headers[name] ?? null, umbel.headers[name] ?? null]
    if (typeOf(theirs) !== typeOf(ours)) found.push(`${name}: ${theirs} ≠ ${ours}`)
  }
  const [theirs, ours] = [jsonOf(flower), jsonOf(umbel)]
  if (theirs === undefined || ours === undefined) {
    if (flower.body !== umbel.body) found.push(`body: ${clip(flower.body)} ≠ ${clip(umbel.body)}`)
  } else {
    compare(theirs, ours, '', found, racing)
  }
  return found.slice(0, 12)
}

function compare(theirs: unknown, ours: unknown, path: string, found: string[], racing: boolean): void {
  if (Array.isArray(theirs) && Array.isArray(ours)) {
    if (theirs.length !== ours.length) found.push(`${path}.length: ${theirs.length} ≠ ${ours.length}`)
    for (const [i, value] of theirs.entries())
      if (i < ours.length) compare(value, ours[i], `${path}[${i}]`, found, racing)
  } else if (isObject(theirs) && isObject(ours)) {
    // Flower lists a worker's answers as they happen to come.
    const order = (keys: readonly string[]) => ('timestamp' in theirs && 'stats' in theirs ? keys.toSorted() : keys)
    const [left, right] = [order(Object.keys(theirs)), order(Object.keys(ours))]
    if (left.join() !== right.join())
      found.push(`keys of ${path || 'the answer'}: ${clip(left.join())} ≠ ${clip(right.join())}`)
    for (const key of left) {
      if (!Object.hasOwn(ours, key)) continue
      if (VOLATILE.has(key) || (racing && key === 'state')) {
        if (kind(theirs[key]) !== kind(ours[key]))
          found.push(`${path}.${key}: ${kind(theirs[key])} ≠ ${kind(ours[key])}`)
      } else {
        compare(theirs[key], ours[key], `${path}.${key}`, found, racing)
      }
    }
  } else if (theirs !== ours) {
    found.push(`${path || 'the answer'}: ${clip(JSON.stringify(theirs))} ≠ ${clip(JSON.stringify(ours))}`)
  }
}

function jsonOf({ body }: Answer): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function kind(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

/** `text/html; charset=UTF-8` and `text/html;charset=utf-8` say the same. */
function typeOf(header: string | null): string | null {
  return header?.toLowerCase().replaceAll(' ', '') ?? null
}

function clip(text: string): string {
  return text.length <= 300 ? text : `${text.slice(0, 300)}…`
}
