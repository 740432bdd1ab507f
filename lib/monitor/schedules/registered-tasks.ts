/** Which tasks workers have registered, from what they answered last. */
import type { ClusterReader } from '../contracts.ts'
import type { InspectorService } from '../inspector.ts'
import { asList } from '../served-queues.ts'

export interface RegisteredTasks {
  /** Null when no worker that is online has answered, or one of them has more tasks than are kept. */
  has(task: string): boolean | null
  /** Grows when the answer may differ. */
  readonly revision: number
  /** Listens to answers until the function returned is called. */
  start(): () => void
}

/** Longer lists may have been cut (settings.ts, maxAnswerItems). */
const WHOLE_MOST = 1_999

export function createRegisteredTasks(
  inspector: Pick<InspectorService, 'answers' | 'onAnswers' | 'known'>,
  cluster: ClusterReader,
): RegisteredTasks {
  let names: ReadonlySet<string> | null = null
  let key = ''
  let stale = true
  let revision = 0

  function look(): void {
    if (!stale) return
    stale = false
    const found = new Set<string>()
    let whole = true
    let answered = false
    for (const worker of inspector.known()) {
      if (cluster.worker(worker)?.online !== true) continue
      const { registered } = inspector.answers(worker)
      if (registered === undefined) continue
      const list = asList(registered.value)
      answered = true
      whole &&= list.length <= WHOLE_MOST
      // A rate limit may follow the name: `proj.add [rate_limit=10/m]`.
      for (const name of list) if (typeof name === 'string') found.add(name.split(' ')[0] ?? name)
    }
    const next = answered && whole ? [...found].sort().join('\n') : ''
    if (next === key && (names === null) === !(answered && whole)) return
    key = next
    names = answered && whole ? found : null
    revision++
  }

  return {
    has(task) {
      look()
      return names === null ? null : names.has(task)
    },
    get revision() {
      look()
      return revision
    },
    start() {
      const mark = () => {
        stale = true
      }
      const ends = [
        inspector.onAnswers(mark),
        cluster.onChange(({ workers }) => {
          if (workers.size > 0) mark()
        }),
      ]
      return () => {
        for (const end of ends) end()
      }
    },
  }
}
