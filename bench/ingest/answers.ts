/** How fast the task list answers, in the forms people ask for it. */
import { percentile } from '../percentile.ts'

export const QUERIES: Readonly<Record<string, string>> = {
  'newest 100': '/api/tasks?limit=100',
  'filtered by state': '/api/tasks?limit=100&state=FAILURE',
  'filtered by name': '/api/tasks?limit=100&taskname=proj.tasks.task_7',
  'sorted by name': '/api/tasks?limit=100&sort_by=name',
  'sorted by -started': '/api/tasks?limit=100&sort_by=-started',
  'searched: customer-99': '/api/tasks?limit=100&search=customer-99',
  'searched, nothing found': '/api/tasks?limit=100&search=nowhere-to-be-found',
  'searched: kwargs:order=': '/api/tasks?limit=100&search=kwargs%3Aorder%3D99999',
  'offset 50,000': '/api/tasks?limit=100&offset=50000',
}

export interface Answers {
  readonly query: string
  /** Before the others, and not among them. */
  readonly firstMs: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly maxMs: number
}

export async function measureAnswers(url: string, count: number): Promise<readonly Answers[]> {
  const rows: Answers[] = []
  for (const [query, path] of Object.entries(QUERIES)) {
    const firstMs = await answerMs(url + path)
    const times: number[] = []
    for (let i = 0; i < count; i++) times.push(await answerMs(url + path))
    const [p50Ms, p95Ms] = [percentile(times, 0.5), percentile(times, 0.95)]
    rows.push({ query, firstMs, p50Ms, p95Ms, maxMs: Math.max(...times) })
  }
  return rows
}

async function answerMs(address: string): Promise<number> {
  const askedMs = performance.now()
  const answer = await fetch(address)
  await answer.arrayBuffer()
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`)
  return performance.now() - askedMs
}
