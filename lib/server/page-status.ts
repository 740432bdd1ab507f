/** What a page of one thing says in its status: programs, and people's bookmarks, ask for it (flower.md 1.2, 1.6). */
import type { Monitored } from './monitored.ts'

/** Pages that Flower has; to a `POST` all others are unknown, as there (flower.md 1). */
const FLOWERS = /^\/(?:|workers|tasks|broker|(?:worker|task)\/.+)$/

export function isPage(path: string): boolean {
  return FLOWERS.test(path)
}

const ONE_THING = /^\/(worker|task)\/(.+)$/

/** 404 for a worker or a task that is not known, as in Flower; the page itself may still find a result of the task. */
export async function pageStatus(monitor: Monitored, path: string): Promise<200 | 404> {
  const [, kind, part] = ONE_THING.exec(path) ?? []
  if (part === undefined) return 200
  const name = decoded(part)
  const isKnown = kind === 'task' ? monitor.cluster.task(name) !== undefined : await isWorker(monitor, name)
  return isKnown ? 200 : 404
}

/** One that was never heard of is asked, once: it may send no events. */
async function isWorker({ cluster, inspector }: Monitored, name: string): Promise<boolean> {
  const isKnown = () => cluster.worker(name) !== undefined || [...inspector.known()].includes(name)
  if (isKnown()) return true
  try {
    await inspector.refresh(name)
  } catch {
    return true // nobody can tell while the broker is away; the page says that
  }
  return isKnown()
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
